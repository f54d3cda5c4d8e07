"""Every address of the product says which verb it is and who may reach it, or nobody passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from atarraya.web import verbs
from support import house


def doors(resolver: URLResolver, route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str, object]]:
    """Yield (route, full name, view) for each address, included lists too."""
    for entry in resolver.url_patterns:
        where = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from doors(entry, where, inner)
        elif isinstance(entry, URLPattern):
            yield where, ":".join((*spaces, entry.name or "")), entry.callback


def all_doors() -> list[tuple[str, str, object]]:
    return list(doors(get_resolver()))


def test_every_address_declares_its_verb() -> None:
    mute = [route for route, name, view in all_doors() if verbs.verb_of(view, name) is None]
    assert not mute, "no verb declared: " + ", ".join(mute)


def test_what_is_open_to_anyone_is_written_down() -> None:
    declared = ((route, verbs.verb_of(view, name)) for route, name, view in all_doors())
    opened = {f"/{route}" for route, verb in declared if verb is not None and verb.reach == verbs.PUBLIC}
    written = house.listed("public_addresses.txt")
    assert opened - written == set(), "open to anyone, but not in tests/house/public_addresses.txt"
    assert written - opened == set(), "written as open, but closed or gone"


def test_a_door_without_a_verb_would_be_seen() -> None:
    assert verbs.verb_of(lambda request: None, "nowhere") is None
    with pytest.raises(ValueError, match="unknown reach"):
        verbs.verb("room.act", "anybody")
