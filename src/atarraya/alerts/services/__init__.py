"""Acts of the alerts room: each permits, checks, writes all of its rows in one transaction, or does nothing."""
