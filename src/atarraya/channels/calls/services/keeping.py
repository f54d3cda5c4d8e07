"""Keeping a call chain: sealed in a browser, never written over by who has not read it, erased by one person."""

from __future__ import annotations

from uuid import UUID

from atarraya.alerts.queries.recipients import list_facts
from atarraya.alerts.services.receive import looks_random
from atarraya.channels.calls.models import CallChain
from atarraya.channels.calls.refusals import ChainNotSealed, Stale, TooManyChains
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member
from atarraya.sealing import envelopes
from atarraya.sealing.refusals import NotAnEnvelope
from atarraya.trail.services import record

MOST = 20


def add(inbox_id: UUID, sealed: bytes, number: int, *, by: Member) -> CallChain:
    """Keep a new chain of an inbox that the member serves. Raises NotFound, ChainNotSealed or TooManyChains."""
    policy.working(by)
    _check(inbox_id, sealed, number, by)
    with write():
        inbox = queries.inboxes_of(by).get(pk=inbox_id)
        if CallChain.objects.filter(inbox=inbox).count() >= MOST:
            raise TooManyChains()
        chain = CallChain.objects.create(inbox=inbox, sealed=sealed, number=number, day=clock.today())
        record("calls.keep", actor=by.pk, subject=chain.pk)
    return chain


def change(chain_id: UUID, sealed: bytes, number: int, version: int, *, by: Member) -> CallChain:
    """Keep a chain anew in place of `version`. Raises Stale when that is not the last any more, and as `add`."""
    policy.working(by)
    with write():
        chain = _mine(chain_id, version, by)
        _check(chain.inbox_id, sealed, number, by)
        chain.sealed, chain.number, chain.version, chain.day = sealed, number, version + 1, clock.today()
        chain.save(update_fields=["sealed", "number", "version", "day"])
        record("calls.keep", actor=by.pk, subject=chain.pk)
    return chain


def erase(chain_id: UUID, version: int, *, by: Member) -> None:
    """Erase a chain as it was read. Raises Stale or NotFound."""
    policy.working(by)
    with write():
        _mine(chain_id, version, by).delete()
        record("calls.erase", actor=by.pk, subject=chain_id)


def _mine(chain_id: UUID, version: int, by: Member) -> CallChain:
    chain = CallChain.objects.select_for_update().filter(pk=chain_id).first()
    if chain is None:
        raise Stale()
    if not queries.inboxes_of(by).filter(pk=chain.inbox_id).exists():
        raise NotFound()
    if chain.version != version:
        raise Stale()
    return chain


def _check(inbox_id: UUID, sealed: bytes, number: int, by: Member) -> None:
    if not queries.inboxes_of(by).filter(pk=inbox_id).exists():
        raise NotFound()
    facts = list_facts(inbox_id, number)
    try:
        size = envelopes.check(sealed, len(facts.recipients))
    except NotAnEnvelope:
        raise ChainNotSealed() from None
    if facts.standing != "current" or not looks_random(sealed[-size:]):
        raise ChainNotSealed()
