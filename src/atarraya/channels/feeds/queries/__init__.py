"""What each feed holds."""
