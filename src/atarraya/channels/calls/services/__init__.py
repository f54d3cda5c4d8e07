"""Acts of call chains."""
