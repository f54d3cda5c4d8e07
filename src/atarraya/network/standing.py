"""Whether a session that something else goes on in still lasts, asked without its cookie."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.models import Session

from atarraya.kernel import clock
from atarraya.network.models import Member
from atarraya.network.sessions import row_of


def mark(member: Member, session_key: str | None) -> str:
    """Return what names a member's session: its row and how the member stands. It opens nothing."""
    return f"{row_of(session_key)}.{member.standing_mark()}"


def lasting(marks: Iterable[tuple[Member, str]]) -> set[str]:
    """Return those of the marks whose session is there and whose member did not end all of theirs. One query."""
    asked = [(member, told, told.partition(".")[::2]) for member, told in marks]
    rows = Session.objects.filter(session_key__in={row for _, _, (row, _) in asked}, expire_date__gt=clock.now())
    there = set(rows.values_list("session_key", flat=True))
    return {told for member, told, (row, stands) in asked if row in there and stands == member.standing_mark()}
