"""Call chains: a sealed list of who calls whom, and who answered. People call; nothing here ever does."""
