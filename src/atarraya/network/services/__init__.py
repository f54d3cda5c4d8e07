"""Acts of the network room: each permits, checks, writes and leaves a line in the trail, or does nothing."""
