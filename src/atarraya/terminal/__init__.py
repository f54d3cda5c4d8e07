"""What every program in a terminal shares: its language, exit codes, progress, and keeping to oneself. No Django."""
