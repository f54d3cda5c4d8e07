"""Acts of the SMS carrier."""
