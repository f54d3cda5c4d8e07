"""Exit codes, the same for every program and command, and the refusal that ends one."""

from __future__ import annotations

DONE = 0
REFUSED = 1  # refused or failed; what was asked did not happen
USAGE = 2  # the words of the command were not understood
BROKEN = 3  # `doctor` or `verify-site` found a promise that does not hold
STOPPED = 130  # stopped by the person (Ctrl-C)


class Refused(Exception):
    """The command cannot do what it was asked. Its text is one sentence that says what to do instead."""
