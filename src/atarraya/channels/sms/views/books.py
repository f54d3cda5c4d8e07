"""Members' pages of codebooks. Words are sealed and opened by the pages' scripts, on the member's device."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from atarraya.alerts import labels, rules
from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Codebook, Gateway
from atarraya.channels.sms.services import books as acts
from atarraya.kernel.errors import NotFound
from atarraya.network.models import Point
from atarraya.network.views import body, forms
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import short_print
from atarraya.territory import queries as territory
from atarraya.web.verbs import MEMBER, verb

ROWS = 14


@verb("codebook.list", MEMBER)
@require_GET
def books(request: MemberRequest) -> HttpResponse:
    """Show the codebooks of the inboxes the member serves: whose, since when, and how each stands."""
    rows = queries.books_of(request.user)
    context = {"rows": rows, "possible": bool(queries.speaking(request.user)), "day": forms.day}
    return render(request, "sms/books.html", context)


@verb("codebook.make", MEMBER)
def make(request: MemberRequest) -> HttpResponse:
    """Show the form in which a codebook is written and sealed, or keep its sealed copies."""
    if request.method == "POST":
        said = body.read(request)
        book = acts.make(
            get_object_or_404(Gateway, pk=body.uuid(said.get("gateway"))),
            get_object_or_404(Point, pk=body.uuid(said.get("point"))),
            body.blob(said.get("for_gateway")),
            body.blob(said.get("for_people")),
            _number(said.get("number")),
            by=request.user,
        )
        return body.go("sms:book", book.pk)
    points = queries.speaking(request.user)
    context = {
        "points": [(point.pk, f"{point.collective.name} · {point.label or point.municipality}") for point, _ in points],
        "facts": {str(point.pk): _facts(point, gateway) for point, gateway in points},
        "meanings": meanings(),
        "rows": range(ROWS),
    }
    return render(request, "sms/book_new.html", context)


@verb("codebook.show", MEMBER)
@require_GET
def book(request: MemberRequest, pk: str) -> HttpResponse:
    """Show one codebook to whoever's key opens it: its words, a sheet to print, and a box to read a message with."""
    found = mine(request, pk)
    return render(request, "sms/book.html", {"book": found, "facts": facts_of(found)})


@verb("codebook.sealed", MEMBER)
@require_GET
def sealed(request: MemberRequest) -> HttpResponse:
    """Give the codebooks in use that the member serves, each as it is sealed to people."""
    rows = [
        {
            "id": str(one.pk),
            "inbox": str(one.gateway.inbox_id),
            "name": one.collective.name,
            "current": one.state == Codebook.State.CURRENT,
            "sealed": to_b64(bytes(one.for_people)),
        }
        for one in queries.read_by(request.user)
    ]
    return JsonResponse({"books": rows})


@verb("codebook.burn", MEMBER)
@require_POST
def burn(request: MemberRequest, pk: str) -> HttpResponse:
    """Burn a codebook."""
    acts.burn(mine(request, pk), by=request.user)
    return redirect("sms:books")


@verb("codebook.told", MEMBER)
@require_POST
def told(request: MemberRequest, pk: str) -> HttpResponse:
    """Note that the member has read that a codebook was burnt."""
    acts.was_told(request.user, body.uuid(pk))
    return body.go("sms:books")


@verb("codebook.sheet", MEMBER)
@require_GET
def sheet(request: MemberRequest) -> HttpResponse:
    """Show the empty sheet of a workshop: one A4 page for the words, one for what they mean."""
    families = [
        (labels.FAMILIES[name], [labels.KINDS[kind] for kind in kinds]) for name, kinds in rules.FAMILIES.items()
    ]
    return render(request, "sms/sheet.html", {"families": families, "urgencies": list(labels.URGENCIES.values())})


def meanings() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return what a word may mean, by group: kinds of each family, then how soon. Zones depend on the point."""
    kinds = [
        (labels.FAMILIES[family], [(f"kind {kind}", labels.KINDS[kind]) for kind in listed])
        for family, listed in rules.FAMILIES.items()
    ]
    return [*kinds, ("urgency", [(f"urgency {code}", label) for code, label in labels.URGENCIES.items()])]


def facts_of(book: Codebook) -> dict[str, Any]:
    """Return what a page needs to open a codebook and say in words what it means. `zones` stand as their letters do."""
    zones = [[str(zone.pk), zone.name] for zone in territory.zones([book.point.municipality])]
    return {
        "id": str(book.pk),
        "sealed": to_b64(bytes(book.for_people)),
        "inbox": str(book.gateway.inbox_id),
        "pairs": [circle for circle, _name in queries.circles_of_two(book.gateway)],
        "words": {
            "kind": {code: str(label) for code, label in labels.KINDS.items()},
            "urgency": {code: str(label) for code, label in labels.URGENCIES.items()},
            "zone": dict(zones),
        },
        "zones": zones,
    }


def _facts(point: Point, gateway: Gateway) -> dict[str, Any]:
    zones = territory.zones([point.municipality])
    return {
        "gateway": str(gateway.pk),
        "recipient": gateway.recipient,
        "print": short_print(gateway.recipient),
        "inbox": str(gateway.inbox_id),
        "zones": [[str(zone.pk), zone.name] for zone in zones],
        "pairs": queries.circles_of_two(gateway),
    }


def mine(request: MemberRequest, pk: object) -> Codebook:
    """Return a codebook that the member serves; raise NotFound."""
    found = next((one for one in queries.books_of(request.user) if str(one.pk) == str(pk)), None)
    if found is None:
        raise NotFound()
    return found


def _number(value: object) -> int:
    return value if type(value) is int and 0 < value < 2**31 else 0
