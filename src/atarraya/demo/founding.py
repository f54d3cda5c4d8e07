"""Founds the invented network: members with their keys, circles, an inbox, zones, collectives and points."""

from __future__ import annotations

import unicodedata
from typing import Any

from atarraya.demo import keyring, people, places
from atarraya.demo.keyring import Cast, Person, Ring, Spot
from atarraya.demo.people import Role
from atarraya.kernel import clock, ids
from atarraya.network import queries
from atarraya.network.models import Collective, Inbox, Member
from atarraya.network.services import circles, founding, members, points
from atarraya.sealing import bundles, phones, words
from atarraya.sealing import lists as sealing_lists
from atarraya.territory.models import Zone
from atarraya.territory.services import loading, neighbours, zones

NAME = "Red Orillas de Papel"
TEAM_HOURS = "Lunes a sábado, de 7 de la mañana a 7 de la noche"


def raise_cast() -> Cast:
    """Make everybody through the services, at the clock's present hour."""
    loading.load_country("CO")
    begun = founding.found_network(
        NAME,
        municipalities=places.MUNICIPALITIES,
        neighbours=places.NEIGHBOURS,
        page_name="Cuaderno",
        team_hours=TEAM_HOURS,
        demo=True,
    )
    for code, others in places.NEIGHBOURS.items():
        neighbours.set_neighbours(code, others)
    founder = _founder(begun.secret)
    steward = founder.member
    made = {name: _collective(row, steward) for name, row in ((row[0], row) for row in places.COLLECTIVES)}
    folk, rings = _people(founder, made)
    inbox, fingerprint = _inbox(founder, rings)
    spots = _spots(inbox, made, _zones(), steward)
    return Cast(inbox, fingerprint, folk, rings, spots)


def login_of(alias: str) -> str:
    """Return the sign-in name of an alias: small letters without accents."""
    bare = unicodedata.normalize("NFD", alias.lower())
    return "".join(letter for letter in bare if letter.isascii() and letter.isalpha())


def _founder(secret: str) -> Person:
    role = people.MEMBERS[0]
    password = _password()
    member = members.accept_invitation(secret, login_of(role.alias), password, alias=role.alias)
    return _with_key(member, role, password)


def _password() -> str:
    return " ".join(words.draw(4))


def _with_key(member: Member, role: Role, password: str) -> Person:
    bundle, phrase, code = keyring.new_bundle(), bundles.new_phrase(), bundles.new_code()
    phrase_file, code_file = bundles.seal_for_phrase(bundle, phrase), bundles.seal_for_code(bundle, code)
    member = members.store_member_key(member, keyring.public(bundle), phrase_file, code_file)
    return Person(member, bundle, password, phrase, code, role.roles[0], role.circles)


def _collective(row: tuple[str, str, str, str, str], steward: Member) -> Collective:
    name, kind, municipality, tier, above = row
    parent = Collective.objects.get(name__endswith=above) if above else None
    return founding.add_collective(name, municipality, kind=kind, tier=tier, parent=parent, by=steward)


def _people(founder: Person, made: dict[str, Collective]) -> tuple[dict[str, Person], dict[str, Ring]]:
    folk = {people.MEMBERS[0].alias: founder}
    rings = {people.VERIFIERS: _ring(people.VERIFIERS, "VERIFIERS", founder)}
    purposes = dict(people.CIRCLES)
    for role in people.MEMBERS[1:]:
        person = _invited(role, folk, made)
        # The first of a circle that is not there yet makes it in their own browser; the others are let in to it.
        own = [name for name in role.circles if name in rings]
        person.member = _let_in(person, founder, [rings[name] for name in own if name == people.VERIFIERS])
        folk[role.alias] = person
        for name in role.circles:
            if name not in rings:
                rings[name] = _ring(name, purposes[name], person)
            elif name != people.VERIFIERS:
                _added(rings[name], person, folk)
    folk[people.WAITING.alias] = _invited(people.WAITING, folk, made)
    return folk, rings


def _invited(role: Role, folk: dict[str, Person], made: dict[str, Collective]) -> Person:
    inviters = list(folk.values())[:2]
    named = [collective for name, collective in made.items() if role.collective and name.endswith(role.collective)]
    invited = members.invite(
        alias=role.alias,
        roles=list(role.roles),
        municipalities=role.municipalities,
        circles=[],
        collective=named[0] if named else None,
        first=inviters[0].member,
        second=inviters[1].member if len(inviters) > 1 else None,
    )
    if invited.secret is None:
        raise RuntimeError("an invitation by two members has a secret")
    password = _password()
    member = members.accept_invitation(invited.secret, login_of(role.alias), password)
    return _with_key(member, role, password)


def _let_in(person: Person, founder: Person, rings: list[Ring]) -> Member:
    wrapped = {ring.circle.pk: {1: bundles.seal_to(ring.bundle, [person.recipient])} for ring in rings}
    return members.let_in(person.member, wrapped, by=founder.member, recipient=person.recipient)


def _ring(name: str, purpose: str, first: Person) -> Ring:
    bundle, (offline, recipient) = keyring.new_circle_bundle(), phones.new_sheets()
    wrapped = keyring.wrap(bundle, [first], recipient)
    circle = circles.create_circle(name, purpose, recipient, keyring.public(bundle), wrapped, by=first.member)
    return Ring(circle, bundle, offline)


def _added(ring: Ring, person: Person, folk: dict[str, Person]) -> None:
    keyholder = queries.current_members(ring.circle)[0]
    sealed = {1: bundles.seal_to(ring.bundle, [person.recipient])}
    circles.add_to_circle(ring.circle, person.member, sealed, by=keyholder)


def _inbox(founder: Person, rings: dict[str, Ring]) -> tuple[Inbox, str]:
    pk = ids.new_id()
    order = [rings[name] for name, _purpose in people.CIRCLES]
    halves = [bundles.public_half(ring.bundle) for ring in order]
    fields: dict[str, Any] = {
        "inbox": str(pk),
        "number": 1,
        "recipients": [half["age"] for half in halves],
        "signers": [half["ed25519"] for half in halves],
        "previous": None,
        "day": clock.today().isoformat(),
        "sms": [half["sms"] for half in halves],
        "odk": [sealing_lists.odk_hash(half["odk"]) for half in halves],
        "demo": True,
    }
    text = sealing_lists.document(fields)
    signed = sealing_lists.sign(text, [order[0].bundle["ed25519"]])
    inbox = circles.create_inbox(pk, "Orillas", [ring.circle for ring in order], signed, by=founder.member)
    return inbox, sealing_lists.fingerprint(text)


def _zones() -> dict[str, list[Zone]]:
    return {
        code: [zones.define_zone(code, name, communities) for name, communities in named]
        for code, named in places.ZONES.items()
    }


def _spots(inbox: Inbox, made: dict[str, Collective], zoned: dict[str, list[Zone]], steward: Member) -> list[Spot]:
    spots = []
    for ending, place, label in places.POINTS:
        collective = next(row for name, row in made.items() if name.endswith(ending))
        zone = None if place is None else zoned[collective.municipality][place]
        new = points.create_point(collective, inbox, collective.municipality, label, zone=zone, by=steward)
        spots.append(Spot(new.point, new.link_token, new.short_code, points.redeem(new.link_token)))
    return spots
