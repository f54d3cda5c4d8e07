"""Views of the alerts room, one module a family of pages."""
