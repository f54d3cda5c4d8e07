"""What each command does, one module a command. Imported only after the installation's settings are loaded."""
