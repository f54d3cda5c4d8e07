"""Doors of ODK's phones, and the stewards' pages about them."""
