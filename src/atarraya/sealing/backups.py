"""Sealing backups to an offline age recipient, and opening them where its identity was brought.

Only backups: what `open_backup` gives out begins with MARK, so an envelope fed to it gives nothing, whoever's key is
used. The identity belongs to whoever keeps the backups; it is read for one restore and kept nowhere.
"""

from __future__ import annotations

from typing import BinaryIO

import pyrage
from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import DomainError

MARK = b"atarraya backup 1\n"
SEALED = b"age-encryption.org/v1\n"


class NotARecipient(DomainError):
    """The text is not a public age key."""

    status = 422
    code = "recipient"
    message = _("That is not a public age key. It begins with age1 and is made with: age-keygen")


class CannotSeal(DomainError):
    """The backup could not be sealed, and not for want of room."""

    status = 500
    code = "backup"
    message = _("The backup could not be sealed.")


class CannotOpen(DomainError):
    """The file was sealed to another key, was damaged on the way, or is no backup."""

    status = 422
    code = "backup"
    message = _("This file does not open with this key, or it is damaged, or it is no backup.")


def check_recipient(text: str) -> str:
    """Return `text` without surrounding space; raise NotARecipient unless it is one X25519 age recipient."""
    try:
        pyrage.x25519.Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError):
        raise NotARecipient() from None
    return text.strip()


def seal_backup(source: BinaryIO, target: BinaryIO, recipient: str) -> None:
    """Read `source` to its end and write it to `target` as a binary age file. The source must begin with MARK."""
    key = pyrage.x25519.Recipient.from_str(check_recipient(recipient))
    kept = _Kept(target)
    try:
        pyrage.encrypt_io(source, kept, [key])
    except pyrage.EncryptError:
        # The library turns a full disk into a fault of its own; whoever asked must hear of the disk.
        raise kept.problem or CannotSeal() from None


def open_backup(source: BinaryIO, target: BinaryIO, identity: str) -> None:
    """Open an age file with `identity` (AGE-SECRET-KEY-1…) into `target`, without MARK. Raises CannotOpen."""
    marked = _Marked(target)
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
        pyrage.decrypt_io(source, marked, [key])
    except (pyrage.IdentityError, pyrage.DecryptError, ValueError, OSError):
        raise marked.problem or CannotOpen() from None


class _Kept:
    """Writes to `target` and remembers what went wrong there."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.problem: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self.target.write(piece)
        except OSError as problem:
            self.problem = problem
            raise

    def flush(self) -> None:
        self.target.flush()


class _Marked(_Kept):
    """Passes on what follows MARK, and nothing of a stream that does not begin with it."""

    def __init__(self, target: BinaryIO) -> None:
        super().__init__(target)
        self.head = b""

    def write(self, piece: bytes) -> int:
        if self.head != MARK:
            self.head += piece
            if not self.head.startswith(MARK[: len(self.head)]) and not self.head.startswith(MARK):
                raise ValueError("no backup")
            if len(self.head) >= len(MARK):
                rest, self.head = self.head[len(MARK) :], MARK
                super().write(rest)
            return len(piece)
        return super().write(piece)
