"""What members do to alerts: one-person acts, and two-person acts with a sealed text and another's agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, Proposal
from atarraya.alerts.services import acts, proposals
from atarraya.alerts.services.proposals import Draft
from atarraya.demo import sending
from atarraya.demo.keyring import Cast, Person
from atarraya.demo.people import CIRCLES, WOMEN
from atarraya.sealing import commitments, envelopes
from atarraya.sealing.encoding import from_b64


def alone(person: Person, alert_id: UUID, act: str, **params: Any) -> Alert:
    """Do an act that one member may do."""
    return acts.act(alert_id, act, by=person.member, **params)


def together(
    cast: Cast, act: str, writer: Person, others: Sequence[Person], alert_id: UUID | None = None, **said: Any
) -> Alert | None:
    """Propose an act and let `others` agree in turn; return the alert once enough have (None while it waits)."""
    proposal, text, salt = propose(cast, act, writer, alert_id, **said)
    done: Alert | None = None
    for other in others:
        done = proposals.approve(proposal.pk, by=other.member, device=other.device, text=text, salt=salt).alert
    return done


def propose(cast: Cast, act: str, writer: Person, alert_id: UUID | None, **said: Any) -> tuple[Proposal, str, str]:
    """Hand in a sealed proposal; return it with its text and salt, which only devices of the circle can open."""
    alert = Alert.objects.get(pk=alert_id) if alert_id else None
    content: dict[str, Any] = {"v": 1, "act": act, **said}
    if alert is not None:
        content |= {"alert": str(alert.pk), "version": alert.version}
    digest, salt, text = commitments.commit(content)
    own = {"by": writer.member.alias, "found": [], "reason": ""}
    payload = {"v": 1, "type": "draft", "salt": salt, "text": text, **own}
    # Everybody who may agree can read it; the women's team is not one of them.
    addressed = [name != WOMEN for name, _purpose in CIRCLES]
    sealed = envelopes.seal(payload, sending.recipients(cast), addressed)
    draft = Draft(cast.inbox, sending.number(cast), from_b64(digest, 32), sealed)
    municipality = alert.municipality if alert else str(said["municipality"])
    version = alert.version if alert else 0
    proposal = proposals.propose(
        act,
        by=writer.member,
        device=writer.device,
        draft=draft,
        municipality=municipality,
        alert_id=alert_id,
        version=version,
    )
    return proposal, text, salt


def alert_text(kind: str, municipality: str, urgency: str, **more: Any) -> dict[str, Any]:
    """Return what a published text says, with the consents it needs."""
    summary = str(more.get("summary", ""))
    consents = ["NET_SUMMARY"] if summary or kind in rules.ON_A_PERSON else []
    if more.get("public"):
        consents.append("PUBLIC_SUMMARY")
    return {
        "kind": kind,
        "municipality": municipality,
        "urgency": urgency,
        "advice": rules.advice(kind),
        "consents": consents,
        **more,
    }
