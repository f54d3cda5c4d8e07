"""Acts of the notices room: the only ones that write its rows."""
