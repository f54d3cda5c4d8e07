"""Every door × every person: the expected answer stands beside each address in `who_reaches_what.txt`.

Each line: method, address name, then one answer per person in the order of PEOPLE. Objects in addresses are Bojayá's
(`own`), or of a place and inbox that nobody but their own people may know (`foreign`). A redirect to sign-in is
written `in`; it is what a page says, never what an object says: objects answer 401.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from atarraya.kernel import ids
from support.cast import Cast

pytestmark = pytest.mark.django_db

PEOPLE = (
    "nobody", "outsider", "infiltrator", "analyst", "companion", "responder", "verifier", "approver", "steward",
    "warden", "leader",
)  # fmt: skip
TABLE = Path(__file__).with_name("who_reaches_what.txt")
METHODS = ("GET", "POST")


def doors(patterns: list[Any], before: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (address, name, pattern) of every URL of the house."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from doors(pattern.url_patterns, before + str(pattern.pattern), pattern.namespace or space)
        elif isinstance(pattern, URLPattern):
            name = f"{space}:{pattern.name}" if space else str(pattern.name)
            yield before + str(pattern.pattern), name, pattern


def ids_for(cast: Cast, whose: str) -> dict[str, str]:
    """Return what stands in each address's places: `own` of Bojayá, or `foreign` to everybody here."""
    nothing = str(uuid4())
    if whose == "foreign":
        return dict.fromkeys(("pk", "alert_id", "proposal_id", "attachment_id", "alert", "attachment"), nothing)
    return {
        "point": str(cast.leader.point.pk),
        "person": str(cast.verifier.member.pk),
        "circle": str(cast.verifiers.circle.pk),
        "inbox": str(cast.inbox.pk),
    }


KINDS = {"red/puntos/": "point", "red/personas/<": "person", "red/circulos/": "circle", "red/buzones/": "inbox",
         "perdidas/todas/": "circle"}  # fmt: skip


def address(pattern: str, values: dict[str, str]) -> str:
    """Fill an address's places."""
    path = "/" + pattern.removeprefix("^")
    own = next((values[kind] for begin, kind in KINDS.items() if pattern.startswith(begin) and kind in values), None)
    fills = {
        "<uuid:pk>": own or values.get("pk", str(ids.new_id())),
        "<int:pk>": "1",
        "<slug:code>": "27099",
        "<slug:name>": "take_up",
        "<str:index>": "0",
    }
    for place, value in fills.items():
        path = path.replace(place, value)
    for name in ("alert_id", "proposal_id", "attachment_id", "alert", "attachment"):
        for kind in ("uuid", "str"):
            path = path.replace(f"<{kind}:{name}>", values.get(name, str(ids.new_id())))
    return path


def clients(cast: Cast) -> dict[str, tuple[Client, dict[str, str]]]:
    """Return a signed-in browser (or a phone's header) for each person."""
    made: dict[str, tuple[Client, dict[str, str]]] = {}
    for person in PEOPLE:
        client = Client(raise_request_exception=False)
        headers = {"Accept": "text/html"}
        if person == "leader":
            headers = {"Accept": "application/json", **cast.leader.header}
        elif person != "nobody":
            client.force_login(getattr(cast, person).member, "allauth.account.auth_backends.AuthenticationBackend")
        made[person] = client, headers
    return made


def answer(client: Client, headers: dict[str, str], method: str, path: str) -> str:
    """Ask, undo whatever it did (in the database and in the browser), and return the answer as the table writes it."""
    before = copy(client.cookies)
    with transaction.atomic():
        mark = transaction.savepoint()
        got = client.generic(method, path, b"{}", content_type="application/json", headers=headers)
        transaction.savepoint_rollback(mark)
    client.cookies = before
    if got.status_code == 302 and "/entrar/" in got.headers["Location"] and "siguiente" not in got.headers["Location"]:
        return "in"
    return str(got.status_code)


def found(cast: Cast) -> list[str]:
    """Return the table as the house answers now, in the order of addresses."""
    people = clients(cast)
    lines = []
    for pattern, _name, _view in sorted(doors(get_resolver().url_patterns), key=lambda door: door[0]):
        for whose in ("own", "foreign") if "<" in pattern else ("own",):
            path = address(pattern, ids_for(cast, whose))
            for method in METHODS:
                answers = [answer(*people[person], method, path) for person in PEOPLE]
                lines.append(f"{method:6} {pattern:52} {whose:7} " + " ".join(f"{each:>4}" for each in answers))
    return lines


def test_every_door_answers_each_person_as_written(cast: Cast) -> None:
    now = found(cast)
    assert not [line for line in now if " 500" in line], "a door fell over"
    if os.environ.get("WRITE_ACCESS"):
        head = "# method address whose " + " ".join(PEOPLE)
        TABLE.write_text("\n".join([head, *now]) + "\n")
    written = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    assert now == written, "\n".join(sorted(set(now) ^ set(written)))


# Where a third method does something: a phone ends its own notices.
ENDS = {("DELETE", "api/point/notices", "leader"): "200"}


@pytest.mark.parametrize("person", ["nobody", "verifier", "leader"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_do_nothing_anywhere(cast: Cast, person: str, method: str) -> None:
    client, headers = clients(cast)[person]
    for pattern, _, _ in doors(get_resolver().url_patterns):
        got = answer(client, headers, method, address(pattern, ids_for(cast, "own")))
        if expected := ENDS.get((method, pattern, person)):
            assert got == expected
            continue
        assert got in {"in", "302", "400", "401", "403", "404", "405", "415"}, (method, pattern, got)
