"""The cast: a small real network, made only through services, with real keys. Every room's tests start from it.

    from support.cast import Cast

    def test_something(cast: Cast) -> None: ...     # the fixture is in tests/conftest.py and asks for the database

People (login = the lower-case name; password PASSWORD; `person.phrase` opens their key):
  steward     Elvia    STEWARD, founder, in the verifiers' circle     · verifier   Iván     VERIFIER, verifiers
  approver    Rosa     APPROVER, verifiers                            · responder  Tomás    RESPONDER, responders
  companion   Marleny  CARE, women's circle                           · analyst    Saúl     ANALYST, no circle
  infiltrator Néstor   VERIFIER of OTHER only, in no circle           · outsider   a member nobody let in (WAITING)
  warden      Luz      STEWARD, in no circle: administers and reads nothing
Places: HERE (Bojayá) and NEAR (Quibdó) are neighbours; OTHER (Istmina) is nobody's neighbour here.
Points: leader (HERE), second and third of HERE, neighbour (NEAR), far (OTHER).
Inbox: one, stanzas in order verifiers, women, responders.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pyrage

from atarraya.kernel import clock, ids
from atarraya.network import queries
from atarraya.network.models import Circle, Inbox, Member, Network, Point
from atarraya.network.services import circles, founding, lists, members, points
from atarraya.network.services.keys import PublicHalf
from atarraya.sealing import bundles
from atarraya.sealing import lists as sealing_lists
from support import rsakeys

HERE, NEAR, OTHER = "27099", "27001", "27361"
PASSWORD = "agua mansa corre honda"


@dataclass
class Person:
    """A member and everything that only they hold."""

    member: Member
    bundle: dict[str, Any]
    phrase: str
    code: str
    password: str = PASSWORD

    @property
    def identity(self) -> str:
        """AGE-SECRET-KEY-1… of the member's own key."""
        return str(self.bundle["age"])

    @property
    def recipient(self) -> str:
        return self.member.recipient


@dataclass
class Ring:
    """A circle and its keys by epoch number; `offline` is the identity that its three sheets hold."""

    circle: Circle
    bundles: dict[int, dict[str, Any]]
    offline: str
    people: list[Person] = field(default_factory=list)

    @property
    def bundle(self) -> dict[str, Any]:
        """The present epoch's bundle."""
        return self.bundles[max(self.bundles)]

    @property
    def identity(self) -> str:
        """AGE-SECRET-KEY-1… of the present epoch."""
        return str(self.bundle["age"])

    @property
    def identities(self) -> list[str]:
        return [str(bundle["age"]) for bundle in self.bundles.values()]


@dataclass
class Spot:
    """A reporting point with the secrets its card carries, and a phone that opened it."""

    point: Point
    link: str
    short_code: str
    device: str

    @property
    def header(self) -> dict[str, str]:
        """Headers of a request from the phone, for Django's test client: client.post(…, headers=spot.header)."""
        return {"Authorization": f"Point {self.device}"}


@dataclass
class Cast:
    """Everybody and everything (see the module's text)."""

    network: Network
    inbox: Inbox
    verifiers: Ring
    women: Ring
    responders: Ring
    steward: Person
    verifier: Person
    approver: Person
    responder: Person
    companion: Person
    analyst: Person
    infiltrator: Person
    outsider: Person
    warden: Person
    leader: Spot
    second: Spot
    third: Spot
    neighbour: Spot
    far: Spot

    @property
    def recipients(self) -> list[str]:
        """age recipients of the inbox's present list, stanza order."""
        return [str(pyrage.x25519.Identity.from_str(ring.identity).to_public()) for ring in self.rings]

    @property
    def rings(self) -> list[Ring]:
        return [self.verifiers, self.women, self.responders]

    @property
    def number(self) -> int:
        """The number of the inbox's present recipient list."""
        return queries.current_list(self.inbox).number

    @property
    def fingerprint(self) -> str:
        return sealing_lists.fingerprint(self.inbox.lists.get(number=1).document)


@contextmanager
def cheap_phrases() -> Iterator[None]:
    """Seal phrases with 2^4 instead of 2^15 rounds inside the block: only tests may."""
    before, bundles._WORK_FACTOR = bundles._WORK_FACTOR, 4
    try:
        yield
    finally:
        bundles._WORK_FACTOR = before


def make_key(member: Member) -> Person:
    """Make a member's key as their browser would, and store its files."""
    bundle, phrase, code = bundles.new_bundle(), bundles.new_phrase(), bundles.new_code()
    with cheap_phrases():
        files = bundles.seal_for_phrase(bundle, phrase), bundles.seal_for_code(bundle, code)
    member = members.store_member_key(member, public(bundle), *files)
    return Person(member, bundle, phrase, code)


def public(bundle: dict[str, Any]) -> PublicHalf:
    """Return a bundle's public half as services take it."""
    return PublicHalf.read(bundles.public_half(bundle))


def make_circle(name: str, purpose: str, founder: Person, *others: Person) -> Ring:
    """Make a circle whose first key is born with `founder`."""
    bundle, offline = rsakeys.circle_bundle(), pyrage.x25519.Identity.generate()
    wrapped: dict[UUID | None, bytes] = {None: bundles.seal_to(bundle, [str(offline.to_public())])}
    for person in (founder, *others):
        wrapped[person.member.pk] = bundles.seal_to(bundle, [person.recipient])
    circle = circles.create_circle(name, purpose, str(offline.to_public()), public(bundle), wrapped, by=founder.member)
    return Ring(circle, {1: bundle}, str(offline), [founder, *others])


def sign_next(inbox: Inbox, *rings: Ring) -> dict[str, Any]:
    """Return the inbox's next list as `lists.expected` has it, signed with the rings' present keys."""
    text = sealing_lists.document({**lists.expected(inbox), "day": clock.today().isoformat()})
    return sealing_lists.sign(text, [ring.bundle["ed25519"] for ring in rings])


def make_inbox(name: str, by: Person, *rings: Ring) -> Inbox:
    """Make an inbox served by the rings, its list 1 signed by the first."""
    pk = ids.new_id()
    epochs = [queries.current_epoch(ring.circle) for ring in rings]
    text = sealing_lists.document(
        {
            "inbox": str(pk),
            "number": 1,
            "recipients": [epoch.recipient for epoch in epochs],
            "signers": [epoch.signing_key for epoch in epochs],
            "sms": [epoch.sms_key for epoch in epochs],
            "odk": [sealing_lists.odk_hash(epoch.odk_key) for epoch in epochs],
            "previous": None,
            "day": clock.today().isoformat(),
        }
    )
    signed = sealing_lists.sign(text, [rings[0].bundle["ed25519"]])
    return circles.create_inbox(pk, name, [ring.circle for ring in rings], signed, by=by.member)


def renew(ring: Ring, by: Person, *inboxes: Inbox) -> None:
    """Begin the ring's next epoch, wrapped to its present members, with a signed list for each inbox."""
    bundle, old = rsakeys.circle_bundle(), ring.bundle
    number = max(ring.bundles) + 1
    wrapped: dict[UUID | None, bytes] = {None: bundles.seal_to(bundle, [ring.circle.offline_recipient])}
    for member in queries.keyholders(ring.circle):
        wrapped[member.pk] = bundles.seal_to(bundle, [member.recipient])
    half = public(bundle)
    signed = {inbox.pk: _sign_renewed(inbox, ring, half, old) for inbox in inboxes}
    circles.new_epoch(ring.circle, half, wrapped, signed, by=by.member)
    ring.bundles[number] = bundle


def _sign_renewed(inbox: Inbox, ring: Ring, half: PublicHalf, old: dict[str, Any]) -> dict[str, Any]:
    fields = lists.expected(inbox)
    place = inbox.places.get(circle=ring.circle).position
    fields["recipients"][place], fields["signers"][place] = half.age, half.ed25519
    for name, key in {"sms": half.sms or None, "odk": sealing_lists.odk_hash(half.odk) if half.odk else None}.items():
        keys = fields.get(name) or [None] * len(fields["recipients"])
        keys[place] = key
        if any(keys):
            fields[name] = keys
    text = sealing_lists.document({**fields, "day": clock.today().isoformat()})
    return sealing_lists.sign(text, [old["ed25519"]])


def invite(
    alias: str,
    roles: list[str],
    first: Person,
    second: Person | None,
    *,
    let_in_by: Person | None = None,
    rings: tuple[Ring, ...] = (),
    municipalities: tuple[str, ...] = (HERE, NEAR),
) -> Person:
    """Invite somebody, make their account and key, and (with `let_in_by`) let them in to the rings."""
    invited = members.invite(
        alias=alias,
        roles=roles,
        first=first.member,
        second=second.member if second else None,
        municipalities=municipalities,
        circles=[ring.circle for ring in rings],
    )
    assert invited.secret is not None
    login = alias.lower().translate(str.maketrans("áéíóú", "aeiou"))
    person = make_key(members.accept_invitation(invited.secret, login, PASSWORD))
    if let_in_by is None:
        return person
    wrapped = {
        ring.circle.pk: {n: bundles.seal_to(one, [person.recipient]) for n, one in ring.bundles.items()}
        for ring in rings
    }
    person.member = members.let_in(person.member, wrapped, by=let_in_by.member, recipient=person.recipient)
    for ring in rings:
        ring.people.append(person)
    return person


def make_spot(name: str, municipality: str, inbox: Inbox, by: Person) -> Spot:
    """Make a collective with a point, and open its link on a phone."""
    collective = founding.add_collective(name, municipality, kind="COMMUNITY_COUNCIL", by=by.member)
    new = points.create_point(collective, inbox, municipality, by=by.member)
    return Spot(new.point, new.link_token, new.short_code, points.redeem(new.link_token))


def raise_cast() -> Cast:
    """Make the whole cast through services. Under a second."""
    begun = founding.found_network(
        "Red Atrato de prueba",
        municipalities=[HERE, NEAR, OTHER],
        neighbours={HERE: [NEAR]},
        team_hours="Lunes a sábado, de 7 a 19",
        second_factor=False,  # the cast signs in with a password; tests of second factors ask for them
    )
    steward = make_key(members.accept_invitation(begun.secret, "elvia", PASSWORD, alias="Elvia"))
    verifiers = make_circle("Verificación Atrato", "VERIFIERS", steward)
    verifier = invite("Iván", ["VERIFIER"], steward, None, let_in_by=steward, rings=(verifiers,))
    pair = (steward, verifier)
    approver = invite("Rosa", ["APPROVER"], *pair, let_in_by=steward, rings=(verifiers,))
    responder = invite("Tomás", ["RESPONDER"], *pair, let_in_by=steward)
    companion = invite("Marleny", ["CARE"], *pair, let_in_by=steward)
    women = make_circle("Equipo de mujeres", "WOMEN", companion)
    responders = make_circle("Respuesta", "RESPONDERS", responder)
    inbox = make_inbox("Atrato", steward, verifiers, women, responders)
    spots = _spots(inbox, steward)
    return Cast(
        network=queries.the_network(),
        inbox=inbox,
        verifiers=verifiers,
        women=women,
        responders=responders,
        steward=steward,
        verifier=verifier,
        approver=approver,
        responder=responder,
        companion=companion,
        analyst=invite("Saúl", ["ANALYST"], *pair, let_in_by=steward),
        infiltrator=invite("Néstor", ["VERIFIER"], *pair, let_in_by=steward, municipalities=(OTHER,)),
        outsider=invite("Darío", ["VERIFIER"], *pair),
        warden=invite("Luz", ["STEWARD"], *pair, let_in_by=steward),
        **spots,
    )


def _spots(inbox: Inbox, steward: Person) -> dict[str, Spot]:
    named = {
        "leader": ("Consejo de Agua Mansa", HERE),
        "second": ("Consejo de Loma Alta", HERE),
        "third": ("Resguardo Río Claro", HERE),
        "neighbour": ("Junta de Tanando", NEAR),
        "far": ("Consejo de San Jorge", OTHER),
    }
    return {key: make_spot(name, code, inbox, steward) for key, (name, code) in named.items()}


def sign_in(client: Any, person: Person) -> Any:
    """Sign a person in on Django's test client and return it (no page asked)."""
    client.force_login(Member.objects.get(pk=person.member.pk))
    return client
