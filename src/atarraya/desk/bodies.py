"""What a desk's requests say: one Struct a body, read strictly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from msgspec import Meta, Struct

from atarraya.alerts.shapes import Half, Id, Number, Urgency
from atarraya.kernel.errors import DomainError

Blob = Annotated[bytes, Meta(min_length=1, max_length=60_000)]
Place = Annotated[str, Meta(max_length=10)]


class Unreadable(DomainError):
    """The body is not what this address reads."""

    status = 400
    code = "unreadable"
    message = _("This request could not be read. Load the page again.")


class Note(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A sealed note: an entry like any other, whose author and thread are inside the seal."""

    id: Id
    inbox: Id
    number: Number
    municipality: Place | None = None
    urgency: Urgency | None = None
    lookup: Half
    erase_hash: Half
    keep: Annotated[str, Meta(max_length=16)]
    sealed: Blob
    # A sealed answer for whoever reported, or random bytes: only its reader can tell which.
    reply: Annotated[bytes, Meta(min_length=96, max_length=96)]


class Told(Struct, forbid_unknown_fields=True, frozen=True):
    """Notices this member has read."""

    retention: list[Id] = []
    handovers: list[Id] = []


class OldEntries(Struct, forbid_unknown_fields=True, frozen=True):
    """Ask to be handed what is older than 30 days (`inbox`), or agree to what another asked (`grant`)."""

    inbox: Id | None = None
    grant: Id | None = None


class Names(Struct, forbid_unknown_fields=True, frozen=True):
    """A circle's list of names, sealed to the circle alone."""

    circle: Id
    sealed: Blob


class ActBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What a one-person act needs."""

    urgency: Urgency | None = None
    until: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$", max_length=13)] | None = None

    def __post_init__(self) -> None:
        """Refuse an hour that no calendar has."""
        if self.until is not None:
            datetime.strptime(self.until, "%Y-%m-%dT%H")  # noqa: DTZ007 # only whether there is such an hour


class Proposed(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A promise of exact words, and the words sealed to those who may agree."""

    act: Annotated[str, Meta(pattern="^[a-z_]{1,24}$", max_length=24)]
    inbox: Id
    number: Number
    municipality: Annotated[str, Meta(min_length=1, max_length=10)]
    alert: Id | None = None
    version: Annotated[int, Meta(ge=0)] = 0
    commitment: Half
    sealed: Blob


class Agreement(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The words and salt of a proposal, and the guards this person sets aside with a sealed reason."""

    text: Annotated[str, Meta(max_length=4000)]
    salt: Annotated[str, Meta(max_length=24)]
    overrides: Annotated[list[str], Meta(max_length=8)] = []
    reason: Blob | None = None


Body = TypeVar("Body", bound=Struct)


def read(request: HttpRequest, shape: type[Body]) -> Body:
    """Return the request's JSON as `shape`; raise Unreadable for anything else."""
    try:
        return msgspec.json.decode(request.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Unreadable() from wrong
