"""Places: a country's units by dated edition, other names for them, boundaries, zones and neighbours.

Also the resolver of names as people write them, and the map drawn by the server. Knows nothing of alerts.
"""
