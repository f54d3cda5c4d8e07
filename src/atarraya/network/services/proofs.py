"""What a member's key, or a circle's, signs in the browser: that it is really theirs. Keys never come here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Circle, Member
from atarraya.network.refusals import KeyRefused, WrongState
from atarraya.network.services import circles as circle_acts
from atarraya.sealing.canonical import canonical
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.signing import verify_text
from atarraya.trail.models import Head, Line
from atarraya.trail.services import countersign as keep_head
from atarraya.trail.services import record


def prove_key(member: Member, challenge: str, signature: str) -> Member:
    """Let a member work again after a reset of their login: their own key signed the server's challenge."""
    if not challenge or not _signed("proof", challenge, member.signing_key, signature):
        raise KeyRefused()
    with write():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if not member.proof_due:
            raise WrongState()
        member.proof_due = False
        member.save(update_fields=["proof_due"])
        record("member.prove", actor=member.pk, subject=member.pk)
    return member


def head_text(number: int, digest: bytes, day: date) -> str:
    """Return the text that a desk signs for a head of the trail (purpose `head`)."""
    network = str(queries.the_network().id)
    fields = {"v": 1, "network": network, "number": number, "digest": to_b64(digest), "day": day.isoformat()}
    return canonical(fields)


def countersign(member: Member, number: int, digest: bytes, signature: str) -> Head:
    """Keep a head of the trail that the member's key signed today."""
    policy.working(member)
    if not _signed("head", head_text(number, digest, clock.today()), member.signing_key, signature):
        raise KeyRefused()
    return keep_head(member.pk, number, digest, from_b64(signature, 64))


def head_holds(head: Head) -> bool:
    """Return whether a kept head still carries its member's signature.

    Under a key that was changed since it cannot be asked any more, and is taken to hold: the change is in the trail.
    """
    key = Member.objects.filter(pk=head.member).values_list("signing_key", flat=True).first() or ""
    if _signed("head", head_text(head.number, bytes(head.digest), head.day), key, to_b64(bytes(head.signature))):
        return True
    return Line.objects.filter(verb="member.new_key", actor=str(head.member), number__gt=head.number).exists()


def rescue_text(circle: Circle, member: Member, challenge: str) -> str:
    """Return the text that a circle's present key signs when its sheets were used (purpose `rescue`)."""
    fields = {"v": 1, "circle": str(circle.pk), "member": str(member.pk), "recipient": member.recipient}
    return canonical({**fields, "challenge": challenge})


def rescue(circle: Circle, wrapped: Mapping[int, bytes], *, by: Member, challenge: str, signature: str) -> Member:
    """Give a circle's keys to a member who opened them with two of its three sheets (everyone lost).

    Only who has opened the present key can sign with it. All members and the trail see that the sheets were used.
    A member who was waiting is let in by this: there is nobody left to compare words with.
    """
    if not by.may_sign_in or not by.recipient or by.proof_due or not challenge:
        raise WrongState()
    with write():
        by = Member.objects.select_for_update().get(pk=by.pk)
        epoch = queries.current_epoch(circle)
        if not _signed("rescue", rescue_text(circle, by, challenge), epoch.signing_key, signature):
            raise KeyRefused()
        circle_acts.grant(circle, by, wrapped)
        by.state = Member.State.ACTIVE
        by.save(update_fields=["state"])
        record("circle.rescue", actor=by.pk, subject=circle.pk)
    return by


def _signed(purpose: str, text: str, key: str, signature: str) -> bool:
    return verify_text(purpose, text, {"key": key, "signature": signature})
