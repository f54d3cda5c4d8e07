"""The trail: an append-only, hash-chained record of acts. Ids and verbs, never content, address or browser."""
