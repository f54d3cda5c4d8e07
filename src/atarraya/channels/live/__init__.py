"""Live pages: one line when something changed in a municipality, and nothing else. What changed is fetched after."""
