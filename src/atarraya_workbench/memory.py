"""Keeping what is opened out of swap, core files and other processes, as far as the system lets a program do it.

Python keeps copies of texts where nobody can overwrite them: what was opened stays in this process's memory until it
ends. So it should end soon, and its memory should reach no disk.
"""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

from atarraya.terminal.codes import Refused
from atarraya_workbench.words import _

SWAPS = Path("/proc/swaps")
STATUS = Path("/proc/self/status")
_CAP_IPC_LOCK = 14
_LOCK_ALL = 3  # MCL_CURRENT | MCL_FUTURE
_PR_SET_DUMPABLE = 4


def guard(*, swap_is_encrypted: bool) -> None:
    """Let no debugger or core file see this process, and no swap. Raise Refused where swap cannot be kept from it."""
    _undumpable()
    if not _locked() and _swap_in_use() and not swap_is_encrypted:
        raise Refused(
            _(
                "This machine writes memory to its disk (swap), and what is opened here could stay there. Turn it off "
                "first: sudo swapoff -a. If the whole disk is encrypted, repeat with --swap-is-encrypted."
            )
        )


def _undumpable() -> None:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (AttributeError, OSError):
        return  # not Linux: RLIMIT_CORE is all there is


def _locked() -> bool:
    """Lock all memory, now and later, if nothing limits how much; a limit met later would end the work half done."""
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    if not unlimited and not _may_lock():
        return False
    try:
        return int(ctypes.CDLL(None).mlockall(_LOCK_ALL)) == 0
    except (AttributeError, OSError):
        return False


def _may_lock() -> bool:
    try:
        lines = STATUS.read_text().splitlines()
    except OSError:
        return False
    held = next((line.split()[1] for line in lines if line.startswith("CapEff:")), "0")
    return bool(int(held, 16) >> _CAP_IPC_LOCK & 1)


def _swap_in_use() -> bool:
    """Return whether memory may reach a disk; compressed memory (zram) is no disk."""
    try:
        lines = SWAPS.read_text().splitlines()[1:]
    except OSError:
        return False
    return any(line.strip() and not line.startswith("/dev/zram") for line in lines)
