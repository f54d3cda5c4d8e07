"""What every room stands on: ids, the clock, errors, and the one-writer database backend. No models."""
