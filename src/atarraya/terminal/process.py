"""A process that keeps to itself, and what its machine's faults are called."""

from __future__ import annotations

import errno
import os
import resource

from atarraya.terminal.words import _

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def keep_to_oneself() -> None:
    """Let only the owner read what this process writes, and let a crash leave no memory on the disk."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def of_machine(problem: OSError) -> str:
    """Return what a person is told of a fault of the disk or the machine."""
    if problem.errno in FULL:
        return _("The disk is full. Make room and run this again; what was there before is intact.")
    if problem.errno in {errno.EACCES, errno.EPERM}:
        return _("%s may not be read or written by this user.") % str(problem.filename)
    return _("%(path)s: %(reason)s") % {"path": problem.filename or "", "reason": problem.strerror or str(problem)}
