"""Ways in and ways out, each in a folder of its own that registers itself."""
