"""Which page a member needs next. One place, so that a reload or a new sign-in always continues."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from atarraya.network.models import Circle, Collective, Inbox, Member, Point
from atarraya.network.services.invitations import is_founder


def next_step(member: Member) -> str:
    """Return the path of the member's next step, or the desk's."""
    if member.factor_due:
        return reverse("network:factor")
    if member.proof_due:
        return reverse("network:prove")
    if member.state == Member.State.INVITED:
        return reverse("network:new_key")
    if member.state == Member.State.WAITING:
        return reverse("network:waiting")
    if is_founder(member) and founding_step() is not None:
        return reverse("network:founding")
    return str(settings.LOGIN_REDIRECT_URL)


def founding_step() -> str | None:
    """Return the founding step that comes next: circle, inbox, collective, point, or None when all is there."""
    wanted = (("circle", Circle), ("inbox", Inbox), ("collective", Collective), ("point", Point))
    for name, model in wanted:
        if not model.objects.exists():
            return name
    return None
