"""What a member wants to hear of: the list, a form in which nothing is chosen, pausing and ending."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from atarraya.alerts import labels, rules
from atarraya.kernel.errors import DomainError, NotFound
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.network.views.shapes import MemberRequest
from atarraya.notices import carriers
from atarraya.notices.forms import ALL, Chosen
from atarraya.notices.models import Receiver
from atarraya.notices.queries import own
from atarraya.notices.services import confirming, ending, subscribing, wording
from atarraya.territory import queries as territory
from atarraya.web.verbs import MEMBER, verb

HOURS = [("", "—"), *((str(hour), f"{hour}:00") for hour in range(24))]


@verb("notices.own", MEMBER)
def wanted(request: MemberRequest) -> HttpResponse:
    """Show what the member hears of, and take one more wish."""
    chosen, refused = Chosen(), ""
    if request.method == "POST":
        chosen = Chosen.read(request.POST, own.ways_for_members())
        try:
            quiet = chosen.quiet if chosen.start or chosen.end else None
            subscribing.subscribe(request.user, chosen.way, chosen.address, chosen.wants, quiet)
            return redirect("notices:wanted")
        except DomainError as refusal:
            refused = str(refusal.message)  # said on the form, which keeps what was chosen
    page = _page(request.user, chosen) | {"refused": refused}
    return render(request, "notices/wanted.html", page, status=422 if refused else 200)


@verb("notices.own", MEMBER)
@require_POST
def change(request: MemberRequest, pk: UUID, act: str) -> HttpResponse:
    """Pause a subscription, let it go on, or end it."""
    if act == "end":
        ending.end(request.user, pk)
    else:
        ending.pause(request.user, pk, paused=act == "pause")
    return redirect("notices:wanted")


@verb("notices.own", MEMBER)
@require_POST
def quiet(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change the quiet hours of one of the member's receivers."""
    receiver = get_object_or_404(Receiver, pk=pk, member=request.user)
    subscribing.set_quiet(receiver, Chosen.read(request.POST, []).quiet)
    return redirect("notices:wanted")


@verb("notices.own", MEMBER)
@require_POST
def confirm(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the number that was sent to one of the member's addresses, or have another sent."""
    try:
        if request.POST.get("do") == "again":
            confirming.another(request.user, pk)
        else:
            confirming.confirm(request.user, pk, request.POST.get("number", "")[:20])
    except NotFound:
        raise
    except DomainError as refusal:
        page = _page(request.user, Chosen()) | {"unconfirmed": pk, "why": str(refusal.message)}
        return render(request, "notices/wanted.html", page, status=422)
    return redirect("notices:wanted")


@verb("notices.own", MEMBER)
@require_POST
def forget(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Forget one of the member's receivers at once."""
    ending.forget(request.user, pk)
    return redirect("notices:wanted")


def _page(member: Member, chosen: Chosen) -> dict[str, Any]:
    places = territory.labels(network.municipalities())
    kinds = {kind: str(labels.KINDS[kind]) for kind in rules.KINDS if rules.POLICY[kind] is not rules.Policy.NEVER}
    return {
        "chosen": chosen,
        "refused": "",
        "unconfirmed": None,
        "why": "",
        "sentence": wording.sentence(),
        "receivers": [_receiver(receiver, places, kinds) for receiver in own.receivers(member)],
        "ways": own.ways_for_members(),
        "places": sorted(places.items(), key=lambda pair: pair[1]),
        "kinds": sorted(kinds.items(), key=lambda pair: pair[1]),
        "urgencies": [
            ("NOW", _("Only what is now")),
            ("DAYS", _("What is now or in these days")),
            ("KNOW", _("Everything, also what is to know")),
        ],
        "hours": HOURS,
        "ALL": ALL,
    }


def _receiver(receiver: Receiver, places: dict[str, str], kinds: dict[str, str]) -> dict[str, Any]:
    carrier = carriers.named(receiver.carrier)
    return {
        "pk": receiver.pk,
        "label": carrier.label if carrier else receiver.carrier,
        "shown": carrier.shown(receiver.address) if carrier else "",
        "off": carrier is None or not carriers.can_send(carrier),
        "stale": carrier is not None and not carrier.works(receiver.address),
        "last": _hour(receiver.last) if receiver.last else "",
        "confirm_by": formats.date_format(receiver.confirm_by, "MONTH_DAY_FORMAT") if receiver.confirm_by else "",
        "start": "" if receiver.quiet_from is None else str(receiver.quiet_from),
        "end": "" if receiver.quiet_to is None else str(receiver.quiet_to),
        "now_passes": receiver.now_passes,
        "wants": [
            {
                "pk": want.pk,
                "place": places.get(want.municipality, want.municipality) if want.municipality else _("All I serve"),
                "kind": kinds.get(want.kind, want.kind) if want.kind else _("Every kind"),
                "urgency": want.least,
                "paused": want.paused,
            }
            for want in sorted(receiver.wants.all(), key=lambda want: (want.municipality, want.kind))
        ],
    }


def _hour(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT')}, {local.hour}:00"
