"""The printable card of a point and the slip of an invitation: secrets shown until the person has them on paper."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from atarraya.network import queries
from atarraya.network.models import Point
from atarraya.network.services import members
from atarraya.network.services.points import NewPoint
from atarraya.network.views import once
from atarraya.network.views.forms import place_names
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.lists import fingerprint
from atarraya.web.verbs import MEMBER, STEWARD, verb


def square(text: str) -> str:
    """Return a QR code as inline SVG, black on white, that survives two photocopies."""
    return str(segno.make(text, error="q", micro=False).svg_inline(border=4, dark="#000", light="#fff", omitsize=True))


def show_after(request: HttpRequest, new: NewPoint) -> HttpResponse:
    """Keep a new point's secrets for its card and go there."""
    once.keep(request, f"card {new.point.pk}", {"link": new.link_token, "code": new.short_code})
    return redirect("network:card", pk=new.point.pk)


def point_link(request: HttpRequest, point: Point, token: str) -> str:
    """Return the whole link of a point: the secret and the list's fingerprint travel in the fragment only."""
    first = point.inbox.lists.get(number=1)
    return request.build_absolute_uri(f"/#{token}.{fingerprint(first.document).replace('-', '')}")


@verb("point.card", STEWARD)
def card(request: MemberRequest, pk: str) -> HttpResponse:
    """Show the card while its secrets are kept; afterwards only a new link makes a new card."""
    point = get_object_or_404(Point.objects.select_related("collective", "inbox"), pk=pk)
    if request.method == "POST":
        once.forget(request, f"card {point.pk}")
        return redirect("network:point", pk=point.pk)
    kept = once.show(request, f"card {point.pk}")
    if kept is None:
        return redirect("network:point", pk=point.pk)
    link = point_link(request, point, kept["link"])
    code: str = kept["code"]
    context = {
        "point": point,
        "place": place_names().get(point.municipality, point.municipality),
        "link": link,
        "square": square(link),
        "code": f"{code[:5]}-{code[5:]}",
        "host": request.get_host(),
        "fingerprint": fingerprint(point.inbox.lists.get(number=1).document),
    }
    return render(request, "network/card.html", context)


@verb("member.invitation_slip", MEMBER)
def slip(request: MemberRequest, pk: str) -> HttpResponse:
    """Show an invitation's link while it is kept for the person who gave the second voice."""
    kept = once.show(request, f"invitation {pk}")
    if request.method == "POST":
        once.forget(request, f"invitation {pk}")
        return redirect("network:people")
    if kept is None:
        return redirect("network:people")
    link = request.build_absolute_uri(f"/invitacion/#{kept['secret']}")
    return render(request, "network/slip.html", {"alias": kept["alias"], "link": link, "square": square(link)})


def keep_invitation(request: HttpRequest, invited: members.Invited) -> HttpResponse:
    """Keep an invitation's secret for its slip and go there; without a secret, back to the people."""
    if invited.secret is None:
        return redirect("network:people")
    pk = str(invited.invitation.pk)
    once.keep(request, f"invitation {pk}", {"secret": invited.secret, "alias": invited.invitation.alias})
    return redirect("network:slip", pk=pk)


def keep_reset(request: HttpRequest, pk: object, secret: str) -> None:
    """Keep a login reset's secret for the steward's page of that member."""
    once.keep(request, f"reset {pk}", {"secret": secret, "network": queries.the_network().name})
