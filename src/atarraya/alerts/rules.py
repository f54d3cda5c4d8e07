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


def age_after(age: str, waited: str) -> str:
    """Return the band of something that was `age` old when it was closed and then `waited`; both are bands.

    Less than an hour of waiting changes nothing; more is added as the longest that its band allows.
    """
    before, after = AGES[age], AGES[waited]
    if before is None or after is None:
        return "OLD"
    if waited == "H1":
        return age
    total = before + after
    return next((band for band, hours in AGES.items() if hours is not None and total <= hours), "OLD")


# By when the responsible role owes the next news (R19), in hours; None: no hour is promised.
NEWS_HOURS: dict[str, int | None] = {"NOW": 24, "DAYS": 72, "KNOW": None}
# Who may answer for an alert's next news.
RESPONSIBLE = ("VERIFIER", "APPROVER", "RESPONDER", "CARE")
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

    `start` are the states it may begin from and `end` the state it leaves (None: as it was). `people` is how many
    different members it takes; `calms` marks acts that lower a warning: after the first person the alert is only
    *in doubt*. `roles` may begin it, `approvers` may agree. `needs` are the fields its text or call must carry.
    """

    name: str
    start: frozenset[str]
    end: str | None
    people: int
    calms: bool
    roles: frozenset[str]
    approvers: frozenset[str]
    needs: frozenset[str]


_DESK = frozenset({"VERIFIER", "APPROVER"})
_ALL = frozenset(STATES)
_NEW: frozenset[str] = frozenset()


def _one(name: str, start: frozenset[str], end: str | None = None, *needs: str, roles: frozenset[str] = _DESK) -> Act:
    return Act(name, start, end, 1, False, roles, frozenset(), frozenset(needs))


def _two(name: str, start: frozenset[str], end: str | None = None, *needs: str) -> Act:
    return Act(name, start, end, 2, False, _DESK, frozenset({"APPROVER"}), frozenset(needs))


def _calming(name: str, start: frozenset[str], end: str | None = None, *needs: str) -> Act:
    return Act(name, start, end, 2, True, _DESK, _DESK, frozenset(needs))


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        # Warning, or sparing somebody: one person.
        _one("take_up", frozenset({"UNCONF", "INCONC", "EXPIRED"}), "INPROC"),
        _one("renew", LIVE),
        _one("carry_further", LIVE),
        _one("release", LIVE),
        _one("stands", LIVE),
        _one("raise_urgency", LIVE, None, "urgency"),
        _one("hide_summary", _ALL),
        _one("hide_zone", _ALL),
        _one("next_news", LIVE, None, "until", roles=_DESK | {"RESPONDER"}),
        # Undoing a merge brings a warning back.
        _one("unmerge", frozenset({"MERGED"})),
        # Saying more than codes, or saying it is confirmed: a writer and an approver (two for the gravest kinds).
        _two("publish", _NEW, "UNCONF"),
        _two("publish_confirmed", _NEW, "CONF"),
        _two("confirm", frozenset({"UNCONF", "INPROC", "INCONC", "EXPIRED"}), "CONF"),
        _two("correct", LIVE),
        _two("make_public", frozenset({"CONF"})),
        # Calming: the first person only puts it in doubt.
        _calming("inconclusive", frozenset({"UNCONF", "INPROC", "CONF", "EXPIRED"}), "INCONC"),
        _calming("discard", LIVE, "DISC", "answer"),
        _calming("false_alarm", LIVE, "DISC"),
        _calming("withdraw", LIVE, "WITHDRAWN"),
        _calming("merge", LIVE, "MERGED", "into"),
        _calming("close", LIVE, "CLOSED", "outcome", "answer"),
        _calming("shorten", LIVE - {"EXPIRED"}, None, "until"),
        _calming("lower_urgency", LIVE, None, "urgency"),
    )
}
# Changes that do not make a waiting proposal stale: what it was written about is still what stands.
SMALL_CHANGES = frozenset({"doubt", "stands", "still", "passed", "second", "renew", "next_news", "expire", "announce"})
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

# Neutral phrases for reporters: what anybody may read over their shoulder.
ANSWERS = (
    "RECEIVED",
    "READ",
    "ASKING",
    "SHARED",
    "NOT_SHARED",
    "WITH_YOU",
    "REFERRED",
    "DONE",
    "WAITING",
    "NOT_KNOWN",
    "NO_ACTION",
    "IN_PERSON",
    "PASSED",
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
NEWCOMERS_A_DAY = 3
POINTS_FOR_ZONE = 3
POINTS_FOR_COUNT = 3
SPOKEN_DAYS = 7
# Lines of one municipality on a board; the municipality's own page has all.
LINES_SHOWN = 20
# A whole board as one body is at most about so many lines: some 60 bytes each on the wire, 8 KB in all (US-3).
LINES_IN_BODY = 105
FEWEST_LINES = 5
HANDOVERS_AN_HOUR = 60
DELAY_HOURS = 6
OLD_SETUP_DAYS = 45
OLD_LINK_DAYS = 45
# No class for what was discarded: it would tell the server what the notes of a sealed report decided.
KEEP_DAYS = {"arrival": 30, "case": 730}
BACKUP_KEY_DAYS = 35


def policy_of(kind: str, tightened: dict[str, str] | None = None) -> Policy:
    """Return the policy for `kind`, as tightened by the network. Unknown kinds are never published."""
    base = POLICY.get(kind, Policy.NEVER)
    wanted = (tightened or {}).get(kind)
    if wanted is None:
        return base
    return max(base, Policy(wanted), key=lambda policy: STRICTNESS[policy])


def approvers_needed(act: Act, *kinds: str, tightened: dict[str, str] | None = None) -> int:
    """Return how many others must agree to `act` on an alert of `kinds` (before and after it): R10, R13, R14.

    Calming takes one other. What says more takes one, or two when any kind asks for two.
    """
    if act.people < 2:
        return 0
    strictest = max((policy_of(kind, tightened) for kind in kinds), key=lambda policy: STRICTNESS[policy])
    return 2 if strictest is Policy.TWO and not act.calms else 1
