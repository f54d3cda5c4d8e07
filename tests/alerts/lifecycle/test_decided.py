"""What stays of a decision of two people once it was carried out."""

from __future__ import annotations

from datetime import timedelta

from atarraya.alerts.models import Approval, Proposal
from atarraya.alerts.services import retention
from atarraya.kernel import clock
from support.people import about, agree, alert_in, write
from support.river import Cast


def test_the_night_forgets_the_drafts_of_what_was_decided(cast: Cast) -> None:
    """They name reports inside their seal and would outlive them; the commitment stays: no text counts twice."""
    one, other = alert_in(cast, "CONF"), alert_in(cast, "CONF")
    decided = write(cast, about("withdraw", one), cast.member())
    agree(decided, cast.member())
    waiting = write(cast, about("withdraw", other), cast.member())
    before = bytes(waiting.proposal.draft)
    retention.run(clock.today())
    assert bytes(_again(decided.proposal).draft), "what was decided today may still be read again"
    assert retention.run(clock.today() + timedelta(days=1), dry_run=True).drafts == 1
    assert retention.run(clock.today() + timedelta(days=1)).drafts == 1
    done = _again(decided.proposal)
    assert (bytes(done.draft), bytes(done.device)) == (b"", b"") and len(bytes(done.commitment)) == 32
    assert [bytes(row.device) for row in Approval.objects.filter(proposal=done)] == [b""]
    assert bytes(_again(waiting.proposal).draft) == before


def _again(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)
