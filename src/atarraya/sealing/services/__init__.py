"""Acts of the sealing room."""
