"""Points, collectives and zones: the steward's pages of who speaks from where."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from atarraya.kernel import ids
from atarraya.network import queries
from atarraya.network.models import Collective, Inbox, Point
from atarraya.network.refusals import Incomplete
from atarraya.network.services import founding, places
from atarraya.network.services import points as acts
from atarraya.network.views import body, cards, forms
from atarraya.network.views.shapes import MemberRequest
from atarraya.territory import queries as territory
from atarraya.web.verbs import STEWARD, verb


@verb("point.list", STEWARD)
def points(request: MemberRequest) -> HttpResponse:
    """Show all points by municipality, with their state and on how many phones each was opened."""
    context = {"rows": queries.points_with_phones(), "places": forms.place_names()}
    return render(request, "network/points.html", context)


@verb("point.show", STEWARD)
def point(request: MemberRequest, pk: str) -> HttpResponse:
    """Show one point and what can be done about it."""
    found = get_object_or_404(Point.objects.select_related("collective", "inbox", "zone"), pk=pk)
    context = {
        "point": found,
        "place": forms.place_names().get(found.municipality, found.municipality),
        "phones": acts.phones(found),
        "previous_phones": found.devices.filter(previous_link=True).count(),
    }
    return render(request, "network/point.html", context)


@verb("point.create", STEWARD)
def create(request: MemberRequest) -> HttpResponse:
    """Make a point for a collective and go to its card."""
    if request.method != "POST":
        context = {
            "collectives": [(one.pk, one.name) for one in queries.collectives()],
            "inboxes": [(one.pk, one.name) for one in Inbox.objects.order_by("name")],
            "places": forms.named_places(),
            "zones": territory.zones(queries.municipalities()),
            "chosen": request.GET.get("collective", ""),
        }
        return render(request, "network/point_new.html", context)
    form = request.POST
    collective = get_object_or_404(Collective, pk=body.uuid(form.get("collective")))
    municipality = form.get("municipality") or collective.municipality
    zone_id = ids.parse_id(form.get("zone", ""))
    new = acts.create_point(
        collective,
        get_object_or_404(Inbox, pk=body.uuid(form.get("inbox"))),
        municipality,
        form.get("label", "")[:80],
        zone=territory.zone(zone_id, municipality) if zone_id else None,
        by=request.user,
    )
    return cards.show_after(request, new)


@verb("point.change", STEWARD)
@require_POST
def change(request: MemberRequest, pk: str, act: str) -> HttpResponse:
    """Pause, resume or revoke a point, or give it a new link and card."""
    found = get_object_or_404(Point, pk=pk)
    if act == "link":
        return cards.show_after(request, acts.change_link(found, by=request.user))
    {"pause": acts.pause, "resume": acts.resume, "revoke": acts.revoke}[act](found, by=request.user)
    return redirect("network:point", pk=found.pk)


@verb("collective.list", STEWARD)
def collectives(request: MemberRequest) -> HttpResponse:
    """Show the collectives, and add one."""
    if request.method == "POST":
        form = request.POST
        parent_id = ids.parse_id(form.get("parent", ""))
        founding.add_collective(
            form.get("name", ""),
            form.get("municipality", ""),
            kind=forms.chosen(form.get("kind", ""), forms.kinds(), "OTHER"),
            tier=form.get("tier", "LOCAL"),
            parent=Collective.objects.filter(pk=parent_id).first() if parent_id else None,
            by=request.user,
        )
        return redirect("network:collectives")
    context = {
        "rows": queries.collectives().prefetch_related("points"),
        "names": forms.place_names(),
        "places": forms.named_places(),
        "kinds": forms.kinds(),
        "kind_words": dict(forms.kinds()),
        "tiers": forms.tiers(),
        "parents": [("", "—"), *((one.pk, one.name) for one in queries.collectives().exclude(tier="LOCAL"))],
    }
    return render(request, "network/collectives.html", context)


@verb("zone.list", STEWARD)
def zones(request: MemberRequest) -> HttpResponse:
    """Show the zones, define one, close or open one."""
    if request.method == "POST":
        form = request.POST
        zone_id = ids.parse_id(form.get("zone", ""))
        if zone_id is not None:
            places.open_zone(zone_id, form.get("do") == "open", by=request.user)
        else:
            count = form.get("communities", "")
            if not count.isascii() or not count.isdigit():
                raise Incomplete()
            places.define_zone(form.get("municipality", ""), form.get("name", ""), int(count), by=request.user)
        return redirect("network:zones")
    context = {
        "rows": territory.zones(queries.municipalities(), active=False),
        "names": forms.place_names(),
        "places": forms.named_places(),
    }
    return render(request, "network/zones.html", context)
