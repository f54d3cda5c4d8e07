"""The rules of alerts as data: kinds, policies, states, acts, expiry, advice. Plain Python, no Django.

Every row is tested. A kind without a policy is never published (R14); an act without a row cannot be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Policy(StrEnum):
    """Who must agree before codes of a kind reach the board."""

    AT_ONCE = "AT_ONCE"  # the reporter's own warning is enough
    ONE = "ONE"  # a writer and one approver
    TWO = "TWO"  # a writer and two approvers
    NEVER = "NEVER"


# Strictness, so that a network may tighten a policy and never loosen it.
STRICTNESS = {Policy.AT_ONCE: 0, Policy.ONE: 1, Policy.TWO: 2, Policy.NEVER: 3}

POLICY: dict[str, Policy] = {
    "ARMED_PRESENCE": Policy.AT_ONCE,
    "CONFINEMENT": Policy.AT_ONCE,
    "ARMED_STRIKE": Policy.AT_ONCE,
    "MOVEMENT_BAN": Policy.AT_ONCE,
    "COMBAT": Policy.AT_ONCE,
    "MINES_UXO": Policy.AT_ONCE,
    "KILLING": Policy.TWO,
    "MASSACRE": Policy.TWO,
    "ATTEMPT": Policy.TWO,
    "DISAPPEARANCE": Policy.TWO,
    "KIDNAP": Policy.TWO,
    "TORTURE": Policy.TWO,
    "RECRUITMENT": Policy.TWO,
    "SEXUAL_VIOLENCE": Policy.NEVER,
    "GBV_OTHER": Policy.NEVER,
    "THREAT": Policy.ONE,
    "CONTROL_NORMS": Policy.ONE,
    "PAMPHLET_GENERAL": Policy.ONE,
    "SCHOOL_HEALTH": Policy.ONE,
    "HARASS_SURV": Policy.ONE,
    "STIGMATISATION": Policy.ONE,
    "EXTORTION": Policy.ONE,
    "DIGITAL_ATTACK": Policy.ONE,
    "REPRISAL_REPORT": Policy.ONE,
    "CRIMINALISATION": Policy.ONE,
    "HOME_OFFICE_RAID": Policy.ONE,
    "INFO_THEFT": Policy.ONE,
    "DETENTION": Policy.ONE,
    "MASS_DISPL": Policy.ONE,
    "FORCED_DISPL_IND": Policy.ONE,
    "TERRITORY": Policy.ONE,
    "ELECTORAL": Policy.ONE,
    "OTHER": Policy.ONE,
}
KINDS = tuple(POLICY)

# What the point's page shows first: a family; its first kind stands if the second tap is skipped.
FAMILIES: dict[str, tuple[str, ...]] = {
    "ARMED": ("ARMED_PRESENCE", "CONTROL_NORMS", "PAMPHLET_GENERAL"),
    "MOVE": ("CONFINEMENT", "MOVEMENT_BAN", "ARMED_STRIKE"),
    "COMBAT": ("COMBAT", "MINES_UXO", "SCHOOL_HEALTH"),
    "THREATS": (
        "THREAT",
        "HARASS_SURV",
        "STIGMATISATION",
        "EXTORTION",
        "DIGITAL_ATTACK",
        "REPRISAL_REPORT",
        "CRIMINALISATION",
    ),
    "ATTACK": ("ATTEMPT", "KILLING", "MASSACRE", "TORTURE", "HOME_OFFICE_RAID", "INFO_THEFT"),
    "TAKEN": ("DISAPPEARANCE", "KIDNAP", "DETENTION", "RECRUITMENT"),
    "LEAVING": ("MASS_DISPL", "FORCED_DISPL_IND"),
    "OTHER": ("OTHER", "TERRITORY", "ELECTORAL"),
}

# Kinds that fall on a person: care comes first (R27), expiry is 30 days (R16).
ON_A_PERSON = frozenset(
    {
        "THREAT", "HARASS_SURV", "STIGMATISATION", "EXTORTION", "DIGITAL_ATTACK", "REPRISAL_REPORT",
        "CRIMINALISATION", "ATTEMPT", "KILLING", "TORTURE", "HOME_OFFICE_RAID", "INFO_THEFT", "DISAPPEARANCE",
        "KIDNAP", "DETENTION", "RECRUITMENT", "FORCED_DISPL_IND", "SEXUAL_VIOLENCE", "GBV_OTHER",
    }
)  # fmt: skip

_HOURS = {"ARMED_PRESENCE": 48, "COMBAT": 48, "MOVEMENT_BAN": 72, "ARMED_STRIKE": 168, "CONFINEMENT": 168}


def expiry(kind: str) -> timedelta | None:
    """Return how long an alert of `kind` stands without news (R16); None means it never expires (mines)."""
    if kind == "MINES_UXO":
        return None
    if kind in _HOURS:
        return timedelta(hours=_HOURS[kind])
    return timedelta(days=30 if kind in ON_A_PERSON else 14)


URGENCIES = ("NOW", "DAYS", "KNOW")
RANK = {code: position for position, code in enumerate(URGENCIES)}

# How long a report waited on the phone, by the phone's own clock, in bands (upper bound in hours).
AGES: dict[str, int | None] = {"H1": 1, "H6": 6, "D1": 24, "D3": 72, "W1": 168, "OLD": None}


def too_old_for_board(kind: str, age: str) -> bool:
    """Return whether codes that waited `age` are past half their kind's expiry, and go to the team (R7)."""
    limit = expiry(kind)
    hours = AGES[age]
    if hours is None:
        return True
    return limit is not None and timedelta(hours=hours) > limit / 2


# By when the responsible role owes the next news (R19), in hours; None: no hour is promised.
NEWS_HOURS: dict[str, int | None] = {"NOW": 24, "DAYS": 72, "KNOW": None}
# How long a correction or an end stands first on boards: as long as a phone keeps its copy (R21).
TOP_HOURS = 72

SEEN = ("SAW", "TOLD")
WHEN_PARTS = ("DAWN", "MORNING", "AFTERNOON", "NIGHT")

STATES = ("UNCONF", "INPROC", "CONF", "INCONC", "DISC", "WITHDRAWN", "EXPIRED", "MERGED", "CLOSED")
STATE_CHOICES = [(state, state) for state in STATES]
LIVE = frozenset({"UNCONF", "INPROC", "CONF", "INCONC", "EXPIRED"})
SETTLED = frozenset({"DISC", "WITHDRAWN", "MERGED", "CLOSED"})
# Board order within an urgency puts corrections first; public pages never show unconfirmed states.
PUBLIC_STATES = frozenset({"CONF", "CLOSED"})


@dataclass(frozen=True)
class Act:
    """One thing people do to an alert.

    `people` is how many different members it takes; `calms` marks acts that lower a warning: after the first
    person the alert is only *in doubt*. `roles` may begin it, `approvers` may agree.
    """

    name: str
    start: frozenset[str]
    end: str | None
    people: int
    calms: bool
    roles: frozenset[str]
    approvers: frozenset[str] = frozenset({"APPROVER"})


_DESK = frozenset({"VERIFIER", "APPROVER"})
_BOTH = frozenset({"VERIFIER", "APPROVER"})


def _act(name: str, start: frozenset[str], end: str | None, people: int, *, calms: bool = False) -> Act:
    return Act(name, start, end, people, calms, _DESK, _BOTH if calms else frozenset({"APPROVER"}))


_ALL = frozenset(STATES)
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        # Warning: one person.
        _act("take_up", frozenset({"UNCONF", "EXPIRED"}), "INPROC", 1),
        _act("renew", LIVE, None, 1),
        _act("carry_further", LIVE, None, 1),
        _act("release", LIVE, None, 1),
        _act("hide_summary", _ALL, None, 1),
        _act("hide_zone", _ALL, None, 1),
        _act("next_news", LIVE, None, 1),
        # Saying more than codes, or saying it is confirmed: a writer and an approver.
        _act("publish", frozenset(), "UNCONF", 2),
        _act("confirm", frozenset({"UNCONF", "INPROC", "INCONC", "EXPIRED"}), "CONF", 2),
        _act("correct", LIVE, None, 2),
        _act("make_public", frozenset({"CONF"}), None, 2),
        # Calming: the first person only puts it in doubt.
        _act("inconclusive", frozenset({"UNCONF", "INPROC", "CONF"}), "INCONC", 2, calms=True),
        _act("discard", LIVE, "DISC", 2, calms=True),
        _act("false_alarm", LIVE, "DISC", 2, calms=True),
        _act("withdraw", LIVE, "WITHDRAWN", 2, calms=True),
        _act("merge", LIVE, "MERGED", 2, calms=True),
        _act("close", LIVE, "CLOSED", 2, calms=True),
        _act("shorten", LIVE, None, 2, calms=True),
    )
}
# Done by the clock, not by people.
EXPIRES = frozenset({"UNCONF", "INPROC", "CONF", "INCONC"})

# What may be tapped under an alert: "still so" renews it, "it passed" is only a note (R16).
TAPS = ("STILL", "PASSED")
# An expired alert that somebody renews is what one voice says, whatever it was before.
RENEWED_STATE = "UNCONF"

OUTCOMES = (
    "PASSED",
    "PROTOCOL_DONE",
    "ACCOMPANIED",
    "REFERRED",
    "WAIT_AND_SEE",
    "NO_ACTION_POSSIBLE",
    "NOT_SO",
)

# What to do, by kind: a code whose sentence the page knows. Never free text on codes published at once.
ADVICE: dict[str, str] = {
    "ARMED_PRESENCE": "ASK_BEFORE_GOING",
    "CONFINEMENT": "STAY_AND_CALL",
    "ARMED_STRIKE": "DO_NOT_TRAVEL",
    "MOVEMENT_BAN": "DO_NOT_TRAVEL",
    "COMBAT": "SHELTER",
    "MINES_UXO": "DO_NOT_STEP",
    "MASS_DISPL": "PREPARE_HELP",
    "RECRUITMENT": "KEEP_CLOSE",
}
ADVICES = ("ASK_BEFORE_GOING", "STAY_AND_CALL", "DO_NOT_TRAVEL", "SHELTER", "DO_NOT_STEP", "PREPARE_HELP",
           "KEEP_CLOSE", "BE_CAREFUL")  # fmt: skip


def advice(kind: str) -> str:
    """Return the code of the default advice for `kind`."""
    return ADVICE.get(kind, "BE_CAREFUL")


# Limits of R15, R17 and retention defaults.
WARNINGS_A_DAY = 3
POINTS_FOR_ZONE = 3
POINTS_FOR_COUNT = 3
SPOKEN_DAYS = 7
# Lines of one municipality on a board; the municipality's own page has all.
LINES_SHOWN = 20
HANDOVERS_AN_HOUR = 60
DELAY_HOURS = 6
OLD_SETUP_DAYS = 45
OLD_LINK_DAYS = 45
KEEP_DAYS = {"arrival": 30, "discarded": 60, "case": 730}
BACKUP_KEY_DAYS = 35


def policy_of(kind: str, tightened: dict[str, str] | None = None) -> Policy:
    """Return the policy for `kind`, as tightened by the network. Unknown kinds are never published."""
    base = POLICY.get(kind, Policy.NEVER)
    wanted = (tightened or {}).get(kind)
    if wanted is None:
        return base
    return max(base, Policy(wanted), key=lambda policy: STRICTNESS[policy])
