"""Identifiers. Random only (UUIDv4): an id must never tell when it was made."""

import uuid


def new_id() -> uuid.UUID:
    """Return a fresh random UUIDv4."""
    return uuid.uuid4()


def parse_id(text: str) -> uuid.UUID | None:
    """Return the UUIDv4 that `text` spells, or None (any other version is refused: it may carry a time)."""
    try:
        value = uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
    return value if value.version == 4 else None
