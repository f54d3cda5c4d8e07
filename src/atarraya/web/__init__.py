"""Page furniture: declared verbs, security headers, refusals, templates, tokens, static files. No domain."""
