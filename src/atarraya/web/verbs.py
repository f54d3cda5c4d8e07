"""Every view says which verb it is and who may reach it; a view that says nothing is refused.

Reach is one of the words below. It is the outer door only: each act asks its own policy again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

PUBLIC = "public"  # anyone
POINT = "point"  # a reporting point's link or device; the view itself authenticates it
GATEWAY = "gateway"  # the process beside the phone that takes SMS; the view itself authenticates its token
DEVICE = "device"  # a phone with ODK Collect; the view itself authenticates its password
MEMBER = "member"  # a signed-in, active member
STEWARD = "steward"  # a signed-in, active member with the steward's role
INVITED = "invited"  # a signed-in member whose key is not yet let in
REACHES = frozenset({PUBLIC, POINT, GATEWAY, DEVICE, MEMBER, STEWARD, INVITED})

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Verb:
    """A view's name for what it does (`room.act`) and who may reach it."""

    name: str
    reach: str


# Views that are not ours (allauth) cannot carry a decorator; they are listed by dotted URL name.
FOREIGN: dict[str, Verb] = {}


def verb(name: str, reach: str) -> Callable[[View], View]:
    """Declare a view's verb and reach. Raises ValueError for an unknown reach or a nameless verb."""
    if reach not in REACHES or "." not in name:
        raise ValueError(f"unknown reach or verb: {name!r}, {reach!r}")

    def mark(view: View) -> View:
        view.verb = Verb(name, reach)  # type: ignore[attr-defined]
        return view

    return mark


def declare(url_name: str, name: str, reach: str) -> None:
    """Declare the verb of a view of another package by the name of its URL."""
    if reach not in REACHES:
        raise ValueError(f"unknown reach: {reach!r}")
    FOREIGN[url_name] = Verb(name, reach)


def verb_of(view: object, url_name: str | None) -> Verb | None:
    """Return what a view declared, or None: the caller must then refuse."""
    declared = getattr(view, "verb", None) or getattr(getattr(view, "view_class", None), "verb", None)
    if isinstance(declared, Verb):
        return declared
    return FOREIGN.get(url_name or "")
