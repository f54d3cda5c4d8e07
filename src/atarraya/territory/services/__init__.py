"""Acts of the territory room: load, import, define zones, list neighbours. Only these write rows."""
