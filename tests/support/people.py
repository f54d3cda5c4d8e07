"""Two people agreeing, as their devices would: a canonical text, a commitment, a sealed draft, an approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, Proposal
from atarraya.alerts.services import changing, proposals
from atarraya.alerts.services.events import turn
from atarraya.alerts.services.publishing import publish_at_once
from atarraya.network.models import Member, Point
from atarraya.sealing import commitments
from atarraya.sealing.encoding import from_b64
from support.river import BOJAYA, Cast, device, share


def warn(cast: Cast, point: Point | None = None, kind: str = "ARMED_PRESENCE", **changes: Any) -> Alert:
    """Publish codes at once through a point of Bojayá."""
    codes = {"municipality": BOJAYA, "urgency": "NOW", "age": "H1"} | changes
    fields = codes.pop("share", {})
    return publish_at_once(
        access=cast.access(point, codes.pop("previous_link", False)), share=share(kind, **fields), **codes
    )


def alert_in(cast: Cast, state: str, **fields: Any) -> Alert:
    """Return an alert of the team that stands in `state`, whatever led there."""
    alert = warn(cast)
    with turn():
        alert = changing.lock(alert.pk)
        if state in rules.SETTLED:
            changing.change(alert, "test", **fields)
            changing.settle(alert, "test", state)
        else:
            changing.change(alert, "test", state=state, **fields)
    return alert


# What each act's text must say besides the alert.
NEEDS: dict[str, dict[str, Any]] = {
    "discard": {"answer": "NOT_KNOWN"},
    "close": {"outcome": "PASSED", "answer": "PASSED"},
    "shorten": {"until": "2026-11-21T20"},
    "lower_urgency": {"urgency": "DAYS"},
    "make_public": {"summary": "Hubo presencia armada.", "consents": ["PUBLIC_SUMMARY"]},
}


def whole(act: str, **said: Any) -> dict[str, Any]:
    """Return the text of an alert: armed presence in Bojayá unless said otherwise."""
    text = {
        "v": 1,
        "act": act,
        "kind": "ARMED_PRESENCE",
        "municipality": BOJAYA,
        "urgency": "DAYS",
        "advice": "ASK_BEFORE_GOING",
    }
    return text | said


def about(act: str, alert: Alert, **said: Any) -> dict[str, Any]:
    """Return the text of an act on an alert at its present version."""
    text = {"v": 1, "act": act, "alert": str(alert.pk), "version": alert.version}
    return text | NEEDS.get(act, {}) | said


@dataclass
class Wrote:
    """A proposal with what its writer's device keeps."""

    proposal: Proposal
    text: str
    salt: str


def write(cast: Cast, text: dict[str, Any], by: Member, mark: bytes = b"", **changes: Any) -> Wrote:
    """Propose `text` as `by`'s device would."""
    hashed, salt, plain = commitments.commit(text)
    draft = proposals.Draft(cast.inbox, 1, from_b64(hashed), cast.sealed(text=plain))
    alert = text.get("alert")
    said: dict[str, Any] = {
        "municipality": text.get("municipality", BOJAYA),
        "alert_id": Alert.objects.get(pk=alert).pk if alert else None,
        "version": text.get("version", 0),
    }
    made = proposals.propose(
        changes.pop("act", text["act"]), by=by, device=mark or device(), draft=draft, **said | changes
    )
    return Wrote(made, plain, salt)


def agree(wrote: Wrote, by: Member, mark: bytes = b"", **changes: Any) -> proposals.Agreed:
    """Agree as `by`'s device would."""
    said = {"text": wrote.text, "salt": wrote.salt} | changes
    return proposals.approve(wrote.proposal.pk, by=by, device=mark or device(), **said)
