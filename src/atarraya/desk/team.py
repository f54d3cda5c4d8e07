"""Who can be the second person: told by alias to whoever asks for one, so that they know whom to call."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, Proposal
from atarraya.network import queries as network
from atarraya.network.models import Member

# Roles that may agree to something.
AGREE = sorted({role for act in rules.ACTS.values() for role in act.approvers})


class Team:
    """The active members besides one, read once and asked about many alerts."""

    def __init__(self, besides: Member) -> None:
        self._others = list(network.others_active(besides).order_by("alias"))

    def seconds(self, municipality: str, issuer: UUID | None = None) -> dict[str, list[str]]:
        """Return, by role, the aliases of those who serve the municipality and are not of the issuing collective."""
        able = [member for member in self._others if _apart(member, municipality, issuer)]
        return {role: [member.alias for member in able if role in member.roles] for role in AGREE}

    def for_proposal(self, proposal: Proposal) -> list[str]:
        """Return the aliases of those who may still agree to a proposal."""
        taken = {proposal.proposer_id, *(approval.member_id for approval in proposal.approvals.all())}
        issuer = proposal.alert.collective_id if proposal.alert else None
        roles = rules.ACTS[proposal.act].approvers
        return [
            member.alias
            for member in self._others
            if member.pk not in taken and roles & set(member.roles) and _apart(member, proposal.municipality, issuer)
        ]


def _apart(member: Member, municipality: str, issuer: UUID | None) -> bool:
    return member.serves(municipality) and (issuer is None or member.collective_id != issuer)


def facts_of(ids: Collection[UUID]) -> dict[UUID, Alert]:
    """Return what the desk needs of alerts beyond their lines: who issued them, and whether the public reads them."""
    return Alert.objects.only("collective_id", "seen", "public_at").in_bulk(list(ids))
