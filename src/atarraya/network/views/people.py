"""People: who is here, invitations, removal and freezing, each step by the person who may take it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from atarraya.kernel import ids
from atarraya.network import queries
from atarraya.network.models import Circle, Collective, Freeze, Invitation, Member, Removal
from atarraya.network.services import members
from atarraya.network.views import cards, forms, once
from atarraya.network.views.shapes import MemberRequest
from atarraya.web.verbs import MEMBER, STEWARD, verb


@verb("member.list", MEMBER)
def people(request: MemberRequest) -> HttpResponse:
    """Show everybody, and what waits for a person: invitations, words, removals, freezes, resets."""
    me = request.user
    context = {
        "everybody": Member.objects.exclude(state=Member.State.REMOVED).select_related("collective").order_by("alias"),
        "waiting": queries.waiting(),
        "invitations": Invitation.objects.filter(member=None).exclude(first=None).select_related("first"),
        "removals": Removal.objects.filter(second=None).select_related("member", "first"),
        "freezes": [
            (row, forms.outcomes(row))
            for row in Freeze.objects.filter(outcome="").select_related("frozen", "by", "first")
        ],
        "resets": queries.recent_resets(),
        "gone": Member.objects.filter(state=Member.State.REMOVED).order_by("alias"),
        "role_word": forms.role_word,
        "state_word": forms.state_word,
        "day": forms.day,
        "me": me,
    }
    return render(request, "network/people.html", context)


@verb("member.show", MEMBER)
def person(request: MemberRequest, pk: str) -> HttpResponse:
    """Show one member: what they do, where, in which circles, and what can be done about them."""
    member = get_object_or_404(Member.objects.select_related("collective"), pk=pk)
    kept = once.show(request, f"reset {member.pk}")
    link = request.build_absolute_uri(f"/entrar/nueva/#{kept['secret']}") if kept else ""
    context = {
        "member": member,
        "circles": queries.circles_of(member).filter(pk__in=queries.circles_of(request.user).values("pk")),
        "places": forms.place_names(),
        "roles": forms.roles(),
        "role_word": forms.role_word,
        "state_word": forms.state_word,
        "reasons": forms.reasons(),
        "removal": Removal.objects.filter(member=member).first(),
        "reset_link": link,
        "me": request.user,
    }
    return render(request, "network/person.html", context)


@verb("member.exposure", MEMBER)
def exposure(request: MemberRequest, pk: str) -> HttpResponse:
    """Say what somebody could have read: circles, periods and counts, and which circles owe a new key."""
    member = get_object_or_404(Member, pk=pk)
    mine = set(queries.circles_of(request.user))
    owing = [
        (circle, circle in mine)
        for circle in Circle.objects.filter(memberships__member=member).distinct().order_by("name")
        if queries.owes_epoch(circle)
    ]
    context = {"member": member, "periods": queries.counted(member), "owing": owing, "day": forms.day}
    return render(request, "network/exposure.html", context)


@verb("member.invite", MEMBER)
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody: one of the two voices."""
    if request.method != "POST":
        return render(request, "network/invite.html", _offers())
    form = request.POST
    circles = Circle.objects.filter(pk__in=_uuids(form.getlist("circles")))
    invited = members.propose_invitation(
        alias=form.get("alias", ""),
        roles=form.getlist("roles"),
        municipalities=form.getlist("municipalities"),
        circles=list(circles),
        collective=Collective.objects.filter(pk__in=_uuids([form.get("collective", "")])).first(),
        by=request.user,
    )
    return cards.keep_invitation(request, invited)


def _offers() -> dict[str, Any]:
    return {
        "roles": forms.roles(),
        "places": forms.named_places(),
        "circles": [(circle.pk, circle.name) for circle in Circle.objects.order_by("name")],
        "collectives": [(one.pk, one.name) for one in queries.collectives()],
    }


def _uuids(texts: list[str]) -> list[Any]:
    return [parsed for text in texts if (parsed := ids.parse_id(text)) is not None]


@verb("member.invite", MEMBER)
@require_POST
def second_invitation(request: MemberRequest, pk: str) -> HttpResponse:
    """Give the second voice to an invitation, or take it back."""
    invitation = get_object_or_404(Invitation, pk=pk, member=None)
    if request.POST.get("do") == "withdraw":
        members.withdraw_invitation(invitation, by=request.user)
        return redirect("network:people")
    return cards.keep_invitation(request, members.second_invitation(invitation, by=request.user))


@verb("member.remove", MEMBER)
@require_POST
def remove(request: MemberRequest, pk: str) -> HttpResponse:
    """Ask for a removal, agree to one that another asked for, or take one's own request back."""
    member = get_object_or_404(Member, pk=pk)
    removal = Removal.objects.filter(member=member).first()
    if request.POST.get("do") == "withdraw" and removal is not None:
        members.withdraw_removal(removal, by=request.user)
    elif removal is None:
        members.propose_removal(member, request.POST.get("reason", ""), by=request.user)
    else:
        members.second_removal(removal, by=request.user)
        return redirect("network:exposure", pk=pk)
    return redirect("network:people")


@verb("member.freeze", MEMBER)
def freeze(request: MemberRequest, pk: str) -> HttpResponse:
    """Freeze somebody and oneself, after one page that says so."""
    member = get_object_or_404(Member, pk=pk)
    if request.method != "POST":
        left = queries.others_active(member, request.user).count()
        return render(request, "network/freeze.html", {"member": member, "left": left})
    members.freeze(member, by=request.user)
    return redirect("account_inactive")


@verb("member.freeze", MEMBER)
@require_POST
def settle(request: MemberRequest, pk: str) -> HttpResponse:
    """Give one's voice on a freeze; the second equal voice settles it."""
    members.settle_freeze(get_object_or_404(Freeze, pk=pk), request.POST.get("outcome", ""), by=request.user)
    return redirect("network:people")


@verb("member.change_roles", STEWARD)
@require_POST
def change_roles(request: MemberRequest, pk: str) -> HttpResponse:
    """Change what a member does and where."""
    members.change_roles(
        get_object_or_404(Member, pk=pk),
        request.POST.getlist("roles"),
        request.POST.getlist("municipalities"),
        by=request.user,
    )
    return redirect("network:person", pk=pk)


@verb("member.reset_login", STEWARD)
@require_POST
def reset_login(request: MemberRequest, pk: str) -> HttpResponse:
    """Give a one-time secret for a new password; it gives no key and everybody sees it."""
    member = get_object_or_404(Member, pk=pk)
    if request.POST.get("do") == "forget":
        once.forget(request, f"reset {member.pk}")
    else:
        cards.keep_reset(request, member.pk, members.reset_login(member, by=request.user))
    return redirect("network:person", pk=pk)
