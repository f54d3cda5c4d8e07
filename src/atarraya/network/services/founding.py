"""The first acts: the network itself, the founder's one-time link, collectives, what the network chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Collective, Invitation, Member, Network
from atarraya.network.refusals import AlreadyFounded, Incomplete, WarningsStand, WrongState
from atarraya.network.rules import COLOR, ICONS, SECRET_DAYS
from atarraya.network.services import secrets
from atarraya.trail.services import record

# Whether a warning stands in a municipality that only its neighbours read: the alerts room knows.
_near_stands: Callable[[str], bool] = lambda _code: False  # noqa: E731
FOUNDER_ROLES = ["STEWARD", "VERIFIER"]


def register_near(stands: Callable[[str], bool]) -> None:
    """Say who knows whether a warning stands in a municipality that only its neighbours read."""
    global _near_stands
    _near_stands = stands


@dataclass(frozen=True)
class Founding:
    """A network and the secret of the one-time link `/fundar/#<secret>`, told this once."""

    network: Network
    secret: str


def found_network(
    name: str,
    *,
    municipalities: Sequence[str],
    page_name: str = "Cuaderno",
    icon: str = "leaf",
    color: str = "#0a4f5a",
    language: str = "es",
    team_hours: str = "",
    neighbours: Mapping[str, Sequence[str]] | None = None,
    demo: bool = False,
    second_factor: bool | None = None,
    network_id: UUID | None = None,
) -> Founding:
    """Make the network of this installation and the founder's one-time secret. Raises AlreadyFounded.

    No key is made here: the founder's browser makes every key and sends public halves. `network_id` is given only to
    make again, elsewhere, what a site must answer. A real network asks everybody for a second factor.
    """
    _check_choices(name, page_name, icon, color, municipalities)
    with write():
        if queries.has_network():
            raise AlreadyFounded()
        network = Network.objects.create(
            id=network_id or ids.new_id(),
            name=name.strip(),
            page_name=page_name.strip(),
            icon=icon,
            color=color,
            language=language,
            team_hours=team_hours,
            demo=demo,
            second_factor=not demo if second_factor is None else second_factor,
            municipalities=list(municipalities),
            neighbours=both_ways(neighbours or {}, municipalities),
            created=clock.today(),
        )
        queries.forget_network()
        record("network.found", actor="operator", subject=network.id)
        return Founding(network, _founder_secret())


def founder_link_again() -> str:
    """Return a new founding secret while nobody is active: the first was lost, or everybody is gone.

    The command line's act. Who comes by it holds no circle's key: two of a circle's three sheets give it.
    """
    with write():
        if Member.objects.filter(state__in=[Member.State.ACTIVE, Member.State.FROZEN]).exists():
            raise WrongState()
        Invitation.objects.filter(first=None, member=None).delete()
        record("network.founder_link", actor="operator")
        return _founder_secret()


def _founder_secret() -> str:
    secret = secrets.new_link_token()
    municipalities = queries.municipalities()
    Invitation.objects.create(
        alias="",
        roles=FOUNDER_ROLES,
        municipalities=municipalities,
        secret_hash=secrets.hashed(secret),
        expires=clock.today() + timedelta(days=SECRET_DAYS),
        day=clock.today(),
    )
    return secret


def both_ways(neighbours: Mapping[str, Sequence[str]], known: Sequence[str]) -> dict[str, list[str]]:
    """Return `neighbours` made symmetrical and cut down to the network's municipalities."""
    pairs = {(a, b) for a, others in neighbours.items() for b in others if a != b and {a, b} <= set(known)}
    pairs |= {(b, a) for a, b in pairs}
    return {code: sorted(b for a, b in pairs if a == code) for code in known}


def add_collective(
    name: str,
    municipality: str,
    *,
    kind: str = "OTHER",
    tier: str = "LOCAL",
    by: Member | None,
    parent: Collective | None = None,
) -> Collective:
    """Add a collective that speaks in the network. A steward's act."""
    policy.steward(by)
    if not name.strip() or tier not in Collective.Tier.values or municipality not in queries.municipalities():
        raise Incomplete()
    if Collective.objects.filter(name=name.strip()).exists():
        raise Incomplete(code="name_taken")
    with write():
        collective = Collective.objects.create(
            name=name.strip(), kind=kind, municipality=municipality, tier=tier, parent=parent
        )
        record("collective.add", actor=by.pk if by else "operator", subject=collective.pk)
    return collective


def change_network(*, by: Member | None, **changes: object) -> Network:
    """Change what the network chose for its pages: page_name, icon, color, team_hours. A steward's act."""
    policy.steward(by)
    if not set(changes) <= {"page_name", "icon", "color", "team_hours"}:
        raise Incomplete()
    with write():
        network = Network.objects.select_for_update().get()
        for field, value in changes.items():
            setattr(network, field, value)
        _check_choices(network.name, network.page_name, network.icon, network.color, network.municipalities)
        network.save()
        queries.forget_network()
        record("network.change", actor=by.pk if by else "operator", subject=network.id)
    return network


def set_neighbours(neighbours: Mapping[str, Sequence[str]], *, by: Member | None) -> Network:
    """Say whose warnings reach whom between municipalities (kept the same in both directions).

    Raises WarningsStand where neighbours would be parted that now read each other's warnings: one person may not take a
    warning from anybody (R13).
    """
    policy.steward(by)
    with write():
        network = Network.objects.select_for_update().get()
        before, after = network.neighbours, both_ways(neighbours, network.municipalities)
        parted = [code for code, others in before.items() if set(others) - set(after.get(code, []))]
        if any(_near_stands(code) for code in parted):
            raise WarningsStand()
        network.neighbours = after
        network.save(update_fields=["neighbours"])
        queries.forget_network()
        record("network.neighbours", actor=by.pk if by else "operator", subject=network.id)
    return network


def follow(municipalities: Sequence[str], *, by: Member | None) -> Network:
    """Add municipalities to those the network follows."""
    policy.steward(by)
    with write():
        network = Network.objects.select_for_update().get()
        network.municipalities = list(dict.fromkeys([*network.municipalities, *municipalities]))
        network.neighbours = both_ways(network.neighbours, network.municipalities)
        network.save(update_fields=["municipalities", "neighbours"])
        queries.forget_network()
        record("network.follow", actor=by.pk if by else "operator", subject=network.id)
    return network


def _check_choices(name: str, page_name: str, icon: str, color: str, municipalities: Sequence[str]) -> None:
    named = bool(name.strip()) and 0 < len(page_name.strip()) <= 24
    if not named or icon not in ICONS or not COLOR.fullmatch(color) or not municipalities:
        raise Incomplete()
