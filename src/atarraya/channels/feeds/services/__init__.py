"""Acts on the feeds' tokens."""
