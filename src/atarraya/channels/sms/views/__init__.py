"""Doors of the SMS carrier."""
