"""Sealing copies to age recipients, so that what leaves this process is closed again."""

from __future__ import annotations

from collections.abc import Sequence

import pyrage

from atarraya_workbench.keys.agefiles import is_recipient

__all__ = ["is_recipient", "seal"]


def seal(content: bytes, recipients: Sequence[str]) -> bytes:
    """Return a binary age file that any of `recipients` (age1…) opens; the age command opens it too."""
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(one) for one in recipients]))
