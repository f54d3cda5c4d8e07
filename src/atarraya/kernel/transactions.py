"""Transactions that write. On SQLite the backend lets one writer in at a time (see `kernel.sqlite`)."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import transaction


def write() -> AbstractContextManager[None]:
    """Open (or join) the transaction in which an act writes all of its rows, or none."""
    return transaction.atomic()
