"""Memory that was freed goes back to the system: a small server has none to keep.

glibc would keep the 19 MiB of a sign-in once for every thread that ever hashed a password.
"""

from __future__ import annotations

import ctypes

# glibc's mallopt(3): few places to allocate from, and blocks from 128 KiB on returned to the system when freed.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
RETURNED_FROM, ARENAS = 128 * 1024, 2


def give_memory_back() -> None:
    """Tell the C library to keep little of what was freed. Other C libraries than glibc have no such switch."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for switch, value in ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, RETURNED_FROM), (M_TRIM_THRESHOLD, RETURNED_FROM)):
        mallopt(switch, value)
