"""Pages of the notices room, and what a point's page asks of it."""
