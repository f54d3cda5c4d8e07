"""The five losses, each a page that says its consequence in one sentence and does the steps."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from atarraya.network import queries
from atarraya.network.models import Circle, Member, WrappedKey
from atarraya.network.services import members, proofs
from atarraya.network.views import body
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.encoding import to_b64
from atarraya.web.verbs import INVITED, MEMBER, verb

RESCUE = "rescue"


@verb("loss.list", INVITED)
def losses(request: MemberRequest) -> HttpResponse:
    """Ask what was lost."""
    return render(request, "network/losses.html")


@verb("loss.both", INVITED)
def both(request: MemberRequest) -> HttpResponse:
    """Words and sheet lost: say what it means, then make a new key."""
    return render(request, "network/loss_both.html")


@verb("loss.device", INVITED)
def device(request: MemberRequest) -> HttpResponse:
    """A phone or computer lost: end all sessions, and say how another person freezes me."""
    if request.method == "POST":
        members.sign_out_everywhere(request.user)
        return redirect("account_login")
    return render(request, "network/loss_device.html")


@verb("loss.member", MEMBER)
def member(request: MemberRequest) -> HttpResponse:
    """A person lost: freeze at once, remove with a second person, begin new keys."""
    others = Member.objects.exclude(state=Member.State.REMOVED).exclude(pk=request.user.pk).order_by("alias")
    return render(request, "network/loss_member.html", {"others": others})


@verb("loss.everyone", INVITED)
def everyone(request: MemberRequest) -> HttpResponse:
    """Nobody of a circle can open it: two of its three sheets give its keys to me."""
    if request.user.state == Member.State.INVITED:
        return redirect("network:new_key")
    options = [(str(circle.pk), circle.name) for circle in Circle.objects.order_by("name")]
    return render(request, "network/loss_everyone.html", {"circle_options": options})


@verb("loss.everyone", INVITED)
@require_GET
def offline_keys(request: MemberRequest, pk: str) -> JsonResponse:
    """Give what is sealed to the circle's sheets: useless without two of them."""
    circle = get_object_or_404(Circle, pk=pk)
    challenge = secrets.token_urlsafe(24)
    request.session[RESCUE] = {"circle": str(circle.pk), "challenge": challenge}
    rows = WrappedKey.objects.filter(epoch__circle=circle, member=None).select_related("epoch")
    return JsonResponse(
        {
            "offline_recipient": circle.offline_recipient,
            "current": queries.current_epoch(circle).number,
            "text": proofs.rescue_text(circle, request.user, challenge),
            "epochs": [_epoch(row) for row in rows.order_by("epoch__number")],
        }
    )


def _epoch(row: WrappedKey) -> dict[str, Any]:
    return {"number": row.epoch.number, "sealed": to_b64(bytes(row.sealed))}


@verb("loss.everyone", INVITED)
@require_POST
def rescue(request: MemberRequest, pk: str) -> JsonResponse:
    """Take a circle's keys, wrapped to me in this browser, with the proof that its sheets opened them."""
    circle = get_object_or_404(Circle, pk=pk)
    fields = body.read(request)
    asked = request.session.pop(RESCUE, {})
    challenge = asked.get("challenge", "") if asked.get("circle") == str(circle.pk) else ""
    proofs.rescue(
        circle,
        body.epochs(fields.get("wrapped")),
        by=request.user,
        challenge=challenge,
        signature=body.text(fields, "signature"),
    )
    return body.go("network:circles")
