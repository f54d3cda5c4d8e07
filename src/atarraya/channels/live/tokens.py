"""Who may listen: a signed word of sixty seconds, so that the process of streams needs no session and no cookie."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from atarraya.network import queries as network
from atarraya.network import standing
from atarraya.network.models import Member

LASTS = 60  # seconds in which a stream may be opened with it
_SALT = "channels.live"


@dataclass(frozen=True)
class Listener:
    """A member who listens in a session, and the municipalities they serve: all of those, of others what is shown."""

    member: UUID
    serves: frozenset[str]
    session: str = ""


def token_for(member: Member, session_key: str | None) -> str:
    """Return the word with which this member's page may open a stream, as long as this session lasts.

    It names the session's row, which opens nothing: the cookie is not in it.
    """
    served = [code for code in network.municipalities() if code in member.municipalities]
    return signing.dumps([str(member.pk), served, standing.mark(member, session_key)], salt=_SALT)


def listener(token: str) -> Listener | None:
    """Return who holds `token`, or None if it is nobody's or too old."""
    try:
        member, served, session = signing.loads(token, salt=_SALT, max_age=LASTS)
        return Listener(UUID(member), frozenset(served), str(session))
    except (signing.BadSignature, ValueError, TypeError):
        return None
