"""Argon2 that fits a small server: 19 MiB a sign-in (OWASP's floor), one at a time in each process.

Ten people who sign in at one moment would otherwise take 190 MiB at once, more than the whole service may hold. One
takes some 30 ms, so the tenth waits a third of a second; nobody who only reads or reports waits for them.
"""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

_ONE_AT_A_TIME = threading.Lock()


class SmallArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id, 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password, when no other is being made."""
        with _ONE_AT_A_TIME:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one that was kept, when no other is being tried."""
        with _ONE_AT_A_TIME:
            return bool(super().verify(password, encoded))
