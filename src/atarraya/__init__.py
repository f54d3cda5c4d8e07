"""Atarraya: threat alerts by municipality, on a server that knows only what the network chose to publish."""

__version__ = "0.1.0"
