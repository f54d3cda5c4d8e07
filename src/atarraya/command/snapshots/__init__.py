"""Backups: taking a snapshot with its storage keys apart, sealing both, and making an installation from them."""
