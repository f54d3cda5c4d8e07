"""Acts of the ODK carrier."""
