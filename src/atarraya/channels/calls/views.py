"""Members' pages of call chains. Names and numbers are sealed and opened by the pages' scripts, on the device."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from atarraya.channels.calls import queries
from atarraya.channels.calls.models import CallChain
from atarraya.channels.calls.services import keeping
from atarraya.kernel.errors import NotFound
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.network.views import body, forms
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.encoding import to_b64
from atarraya.web.verbs import MEMBER, verb

ROWS = 6


@verb("calls.list", MEMBER)
@require_GET
def chains(request: MemberRequest) -> HttpResponse:
    """Show the chains of the inboxes the member serves; their names are read where their key is."""
    rows = queries.chains_of(request.user)
    context = {"rows": rows, "facts": [_fact(row) for row in rows], "day": forms.day}
    return render(request, "calls/chains.html", context)


@verb("calls.list", MEMBER)
@require_GET
def sealed(request: MemberRequest) -> HttpResponse:
    """Hand the sealed chains to a desk."""
    return JsonResponse({"chains": [_fact(row) for row in queries.chains_of(request.user)]})


@verb("calls.make", MEMBER)
def make(request: MemberRequest) -> HttpResponse:
    """Show the form of a new chain, or keep one that was sealed."""
    if request.method == "POST":
        said = body.read(request)
        inbox, blob = body.uuid(said.get("inbox")), body.blob(said.get("sealed"))
        keeping.add(inbox, blob, _count(said.get("number")), by=request.user)
        return body.go("calls:chains")
    return _page(request, None)


@verb("calls.change", MEMBER)
def change(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show a chain to whoever's key opens it, to change, print or erase it; keep what was sealed anew."""
    if request.method == "POST":
        said = body.read(request)
        blob, version = body.blob(said.get("sealed")), _count(said.get("version"))
        keeping.change(pk, blob, _count(said.get("number")), version, by=request.user)
        return body.go("calls:chains")
    found = next((row for row in queries.chains_of(request.user) if row.pk == pk), None)
    if found is None:
        raise NotFound()
    return _page(request, found)


@verb("calls.erase", MEMBER)
@require_POST
def erase(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Erase a chain."""
    keeping.erase(pk, _count(body.read(request).get("version")), by=request.user)
    return body.go("calls:chains")


def _page(request: MemberRequest, chain: CallChain | None) -> HttpResponse:
    facts = {"chain": _fact(chain) if chain else None, "circles": _circles(request.user)}
    return render(request, "calls/chain.html", {"chain": chain, "facts": facts, "rows": range(ROWS)})


def _fact(chain: CallChain) -> dict[str, Any]:
    return {
        "id": str(chain.pk),
        "inbox": str(chain.inbox_id),
        "number": chain.number,
        "version": chain.version,
        "sealed": to_b64(bytes(chain.sealed)),
    }


def _circles(member: Member) -> list[tuple[str, str, str]]:
    """Return (inbox, circle, name) of the circles of a member that serve an inbox."""
    mine = {circle.pk: circle for circle in network.circles_of(member)}
    found = []
    for inbox in network.inboxes_of(member):
        for place in inbox.places.order_by("position"):
            if place.circle_id in mine:
                found.append((str(inbox.pk), str(place.circle_id), f"{mine[place.circle_id].name} · {inbox.name}"))
    return found


def _count(value: object) -> int:
    return value if type(value) is int and 0 < value < 2**31 else 0
