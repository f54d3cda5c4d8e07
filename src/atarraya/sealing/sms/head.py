"""What a sealed SMS says in codes: 64 bits. Lists of codes are frozen with version 1; they only grow at their end."""

from __future__ import annotations

from dataclasses import dataclass

from atarraya.sealing.refusals import SmsRefused

KINDS = (
    "ARMED_PRESENCE", "CONFINEMENT", "ARMED_STRIKE", "MOVEMENT_BAN", "COMBAT", "MINES_UXO", "KILLING", "MASSACRE",
    "ATTEMPT", "DISAPPEARANCE", "KIDNAP", "TORTURE", "RECRUITMENT", "SEXUAL_VIOLENCE", "GBV_OTHER", "THREAT",
    "CONTROL_NORMS", "PAMPHLET_GENERAL", "SCHOOL_HEALTH", "HARASS_SURV", "STIGMATISATION", "EXTORTION",
    "DIGITAL_ATTACK", "REPRISAL_REPORT", "CRIMINALISATION", "HOME_OFFICE_RAID", "INFO_THEFT", "DETENTION",
    "MASS_DISPL", "FORCED_DISPL_IND", "TERRITORY", "ELECTORAL", "OTHER",
)  # fmt: skip
URGENCIES = ("NOW", "DAYS", "KNOW")
GROUPS = (
    "COMMUNITY", "FAMILY", "PERSON", "CHILDREN", "WOMEN", "ELDERS", "INDIGENOUS", "BLACK", "PEASANT", "DEFENDERS",
    "LGBTI", "SICK",
)  # fmt: skip
# The last flag is the message's own: its text is in codes of five bits. CUT: the end of the text did not fit.
FLAGS = ("SAW", "TOLD", "SHARE", "CUT", "", "FIVE")
QUARTER = 900  # seconds in a step of time
STEPS = 1 << 15  # 341 days, then it begins again
_AHEAD = 96  # a phone's clock may be a day ahead
_WIDTHS = {"kind": 6, "municipality": 17, "time": 15, "urgency": 2, "count": 6, "groups": 12, "flags": 6}
SIZE = 8


def _counted() -> tuple[int, ...]:
    counts = list(range(21))
    while len(counts) < 64:
        counts.append(counts[-1] + counts[-1] // 8)
    return tuple(counts)


COUNTS = _counted()  # how many people "at least": exact to 20, then in steps of an eighth


@dataclass(frozen=True)
class Head:
    """`kind`, `municipality` (five digits) and `urgency` are "" when not said. `time` is a step.

    `count`: at least so many people, 0 when not said.
    """

    kind: str
    municipality: str
    time: int
    urgency: str
    count: int
    groups: tuple[str, ...]
    flags: tuple[str, ...]


def step(seconds: int) -> int:
    """Return the step of a moment given in seconds since 1970."""
    return seconds // QUARTER % STEPS


def moment(time: int, arrived: int) -> int:
    """Return the seconds since 1970 that a step means in a message that arrived then: the last such, or a day ahead."""
    latest = arrived // QUARTER + _AHEAD
    return (latest - (latest - time) % STEPS) * QUARTER


def pack(head: Head) -> bytes:
    """Return the eight bytes; raise SmsRefused for a code, place or time that is none."""
    municipality = head.municipality or "00000"
    if len(municipality) != 5 or not municipality.isascii() or not municipality.isdigit() or not 0 <= head.time < STEPS:
        raise SmsRefused()
    values = {
        "kind": _index(KINDS, head.kind),
        "municipality": int(municipality),
        "time": head.time,
        "urgency": _index(URGENCIES, head.urgency),
        "count": max(place for place, least in enumerate(COUNTS) if least <= max(0, head.count)),
        "groups": _bits(GROUPS, head.groups),
        "flags": _bits(FLAGS, head.flags),
    }
    number = 0
    for name, width in _WIDTHS.items():
        number = number << width | values[name]
    return number.to_bytes(SIZE, "big")


def unpack(value: bytes) -> Head:
    """Return what eight bytes say; raise SmsRefused when they say what `pack` never does."""
    number, values = int.from_bytes(value, "big"), {}
    for name, width in reversed(_WIDTHS.items()):
        values[name] = number & ((1 << width) - 1)
        number >>= width
    if values["kind"] > len(KINDS) or values["municipality"] > 99999 or "" in _named(FLAGS, values["flags"]):
        raise SmsRefused()
    return Head(
        kind=("", *KINDS)[values["kind"]],
        municipality=f"{values['municipality']:05d}" if values["municipality"] else "",
        time=values["time"],
        urgency=("", *URGENCIES)[values["urgency"]],
        count=COUNTS[values["count"]],
        groups=_named(GROUPS, values["groups"]),
        flags=_named(FLAGS, values["flags"]),
    )


def _index(codes: tuple[str, ...], code: str) -> int:
    if code == "":
        return 0
    if code not in codes:
        raise SmsRefused()
    return codes.index(code) + 1


def _bits(names: tuple[str, ...], said: tuple[str, ...]) -> int:
    if "" in said or not set(said) <= set(names):
        raise SmsRefused()
    return sum(1 << place for place, name in enumerate(names) if name in said)


def _named(names: tuple[str, ...], bits: int) -> tuple[str, ...]:
    return tuple(name for place, name in enumerate(names) if bits >> place & 1)
