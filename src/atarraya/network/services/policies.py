"""The network's own, stricter publishing policy: two stewards, and never looser (R14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member, Network, PolicyChange
from atarraya.network.refusals import Incomplete, WrongState
from atarraya.network.rules import STRICTNESS
from atarraya.trail.services import record

Base = Callable[[], Mapping[str, str]]
Word = Callable[[str], object]
_base: Base = dict
_word: Word = str


def register_base(base: Base, word: Word) -> None:
    """Say which policy each kind has by itself, and each kind's word (the alerts room knows)."""
    global _base, _word
    _base, _word = base, word


def word(kind: str) -> str:
    """Return what people call a kind."""
    return str(_word(kind))


def present() -> dict[str, str]:
    """Return the policy of every kind as it stands now."""
    return {**_base(), **queries.the_network().policy}


def propose_policy(kind: str, stricter: str, *, by: Member) -> PolicyChange:
    """Ask that a kind need more people before it is published. A second steward must agree."""
    policy.steward(by)
    _check_stricter(kind, stricter)
    with write():
        PolicyChange.objects.filter(kind=kind, second=None).delete()
        change = PolicyChange.objects.create(kind=kind, policy=stricter, proposer=by, day=clock.today())
        record("policy.ask", actor=by.pk, subject=change.pk)
    return change


def second_policy(change: PolicyChange, *, by: Member) -> PolicyChange:
    """Agree to a stricter policy; it holds from this moment."""
    policy.steward(by)
    with write():
        change = PolicyChange.objects.select_for_update().get(pk=change.pk)
        if change.second_id is not None:
            raise WrongState()
        policy.another(by, change.proposer)
        _check_stricter(change.kind, change.policy)
        network = Network.objects.select_for_update().get()
        network.policy = {**network.policy, change.kind: change.policy}
        network.save(update_fields=["policy"])
        queries.forget_network()
        change.second = by
        change.save(update_fields=["second"])
        record("policy.tighten", actor=by.pk, subject=change.pk)
    return change


def _check_stricter(kind: str, stricter: str) -> None:
    now = present().get(kind)
    if now is None or stricter not in STRICTNESS or STRICTNESS[stricter] <= STRICTNESS[now]:
        raise Incomplete(code="policy")
