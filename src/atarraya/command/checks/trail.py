"""Whether the trail is whole, and whether it is still the one that desks signed and somebody printed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from atarraya.command.checks.finding import Finding, found
from atarraya.command.words import _
from atarraya.network.services import proofs
from atarraya.trail import services as trail
from atarraya.trail.models import Checkpoint, Head, Line


def chain(args: argparse.Namespace) -> Iterator[Finding]:
    """Each line follows from the one before."""
    try:
        count = trail.check_chain()
    except trail.ChainBroken:
        yield found("trail", False, "", _("The trail was altered: a line does not follow from the one before."))
        return
    yield found("trail", True, _("The trail is whole (%s lines).") % count, "")


def heads(args: argparse.Namespace) -> Iterator[Finding]:
    """No line that a member signed has another digest now, and no signature was put under another one."""
    signed = list(Head.objects.order_by("number"))
    behind = _behind()
    wrong = [head for head in signed if head.number >= behind and not _stands(head)]
    yield found(
        "trail-heads",
        not wrong,
        _("The trail agrees with the %s heads that members signed.") % len(signed),
        _("The trail was rewritten: it differs from what a member signed on %s.") % (wrong[0].day if wrong else ""),
    )


def let_go(args: argparse.Namespace) -> Iterator[Finding]:
    """Old lines went behind a head that two members signed, and nobody else's."""
    last = Checkpoint.objects.order_by("-number").first()
    members = set()
    if last is not None:
        heads = Head.objects.filter(number=last.number, digest=last.digest)
        members = {head.member for head in heads if proofs.head_holds(head)}
    yield found(
        "trail-let-go",
        last is None or len(members) >= trail.SIGNERS,
        _("Old lines were let go only behind a head that two members signed."),
        _("Lines of the trail were taken away, and not behind a head that two members signed."),
    )


def printed(args: argparse.Namespace) -> Iterator[Finding]:
    """The trail agrees with the head on paper given with --head."""
    if not args.head:
        number, digest = trail.head()
        yield found("trail-printed", True, _("Head of the trail, to print: %s") % f"{number}:{digest.hex()}", "")
        return
    number, _colon, digits = args.head.partition(":")
    there = _digest(int(number)) if number.isdecimal() else None
    yield found(
        "trail-printed",
        there is not None and there.hex() == digits.strip().lower(),
        _("The trail agrees with the printed head."),
        _("The trail does not agree with the printed head %s.") % args.head,
    )


def _stands(head: Head) -> bool:
    return _digest(head.number) == bytes(head.digest) and proofs.head_holds(head)


def _behind() -> int:
    """Return the number of the last checkpoint: lines before it were let go (0: none were)."""
    last = Checkpoint.objects.order_by("-number").first()
    return last.number if last else 0


def _digest(number: int) -> bytes | None:
    kept = Line.objects.filter(number=number).first() or Checkpoint.objects.filter(number=number).first()
    return bytes(kept.digest) if kept else None
