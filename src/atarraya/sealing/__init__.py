"""Sealing: envelopes, key bundles, recipient lists, receipts. The server seals and checks; it opens no account."""
