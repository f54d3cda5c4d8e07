"""The demonstration's phone with ODK: its device, and what it handed in that waits for the workbench. INVENTED WORDS.

A pretend phone: it fetches the form and encrypts as Collect does, and its parts come in through the same services.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from xml.sax.saxutils import escape  # nosec B406 # it writes; nothing is parsed here

from atarraya.channels.odk import manifest, queries, rules
from atarraya.channels.odk.services import devices, keeping
from atarraya.demo.keyring import Cast
from atarraya.kernel import clock, ids
from atarraya.sealing import odkform
from atarraya.sealing.encoding import from_b64

LABEL = "Tableta de la escuela"
# What each invented report answers, by the form's own names; the day is filled in.
REPORTS: tuple[dict[str, str], ...] = (
    {
        "kind": "MOVEMENT_BAN",
        "municipality": "27099",
        "where": "En la bocana, donde amarran las pangas",
        "urgency": "DAYS",
        "who": "COMMUNITY",
        "groups": "CHILDREN ELDERS",
        "bands": "21-100",
        "seen": "SAW",
        "text": "Pusieron una cuerda de lado a lado y no dejan pasar desde las cuatro. Los niños no han ido a clase.",
        "consents": "NET_SUMMARY STATS",
        "wish": "share",
    },
    {
        "kind": "THREAT",
        "urgency": "NOW",
        "who": "PERSON",
        "bands": "1-5",
        "seen": "TOLD",
        "text": "Dejaron un papel debajo de la puerta de una lideresa. Ella está donde una familiar.",
        "consents": "REF_LEGAL",
    },
)


@dataclass(frozen=True)
class Phone:
    """What somebody types into Collect."""

    login: str
    password: str


def make(cast: Cast) -> Phone:
    """Make the device as a steward does, and hand in what its people wrote."""
    steward = next(person for person in cast.people.values() if person.member.has_role("STEWARD"))
    new = devices.create(LABEL, cast.inbox, by=steward.member)
    version = queries.form_of(cast.inbox).version
    for answers in REPORTS:
        _hand_in(cast, version, answers)
    return Phone(new.device.login, new.password)


def _hand_in(cast: Cast, version: str, answers: dict[str, str]) -> None:
    instance = f"uuid:{ids.new_id()}"
    written = _filled_in(answers, instance, version)
    document, parts = odkform.encrypt(
        rules.FORM_ID, version, instance, written, [], from_b64(queries.key_of(cast.inbox))
    )
    keeping.keep(cast.inbox, manifest.read(document), document, parts)


def _filled_in(answers: dict[str, str], instance: str, version: str) -> bytes:
    day = (clock.today() - timedelta(days=1)).isoformat()
    told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in answers.items())
    return (
        f'<data id="{rules.FORM_ID}" version="{version}"><before/>{told}'
        f"<when><day>{day}</day><part>AFTERNOON</part></when><contact><way/><number/><hour/></contact>"
        f"<meta><instanceID>{instance}</instanceID></meta></data>"
    ).encode()
