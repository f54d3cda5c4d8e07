"""Pages and documents of the feeds."""
