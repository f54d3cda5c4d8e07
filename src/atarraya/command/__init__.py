"""The command line: founding, serving, jobs, administration that needs no private key, backups, and honest checks."""

from atarraya.command.entry import main

__all__ = ["main"]
