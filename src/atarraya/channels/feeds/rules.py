"""How our codes are said in CAP 1.2, as data. Plain Python, no Django.

Every kind, urgency, state and advice has its row, and a test holds it. AllClear is never said: there is no word for
safe here (R16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from atarraya.alerts import rules as alerts

# What the public page never tells: how urgent it was.
NOT_TOLD = ""
GONE = "GONE"
STANDS = "CONF"
# A message about what ended holds so long; so does one about what never lapses, and is then said again.
TOLD_DAYS = 30
TOKEN_DAYS = 90
# A lapsed token is seen so long by the steward; a living one is near its end when so few days are left.
LAPSED_DAYS, NEAR_DAYS = 30, 14
# The network's own feed is at least so late; versions are dated by the hour they began in, so one hour more.
NETWORK_LATE = timedelta(hours=24 + 1)

CATEGORIES = frozenset(
    {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"}
)


@dataclass(frozen=True)
class Kind:
    """CAP's categories and severity of one of our kinds."""

    categories: tuple[str, ...]
    severity: str


_SECURITY, _SAFETY, _RESCUE = ("Security",), ("Security", "Safety"), ("Security", "Rescue")
KINDS: dict[str, Kind] = {
    "ARMED_PRESENCE": Kind(_SECURITY, "Severe"),
    "CONTROL_NORMS": Kind(_SECURITY, "Moderate"),
    "PAMPHLET_GENERAL": Kind(_SECURITY, "Moderate"),
    "CONFINEMENT": Kind(_SAFETY, "Severe"),
    "MOVEMENT_BAN": Kind(("Security", "Transport"), "Severe"),
    "ARMED_STRIKE": Kind(("Security", "Transport"), "Severe"),
    "COMBAT": Kind(_SAFETY, "Extreme"),
    "MINES_UXO": Kind(_SAFETY, "Extreme"),
    "SCHOOL_HEALTH": Kind(("Security", "Infra", "Health"), "Severe"),
    "THREAT": Kind(_SECURITY, "Severe"),
    "HARASS_SURV": Kind(_SECURITY, "Moderate"),
    "STIGMATISATION": Kind(_SECURITY, "Moderate"),
    "EXTORTION": Kind(_SECURITY, "Moderate"),
    "DIGITAL_ATTACK": Kind(("Security", "Infra"), "Moderate"),
    "REPRISAL_REPORT": Kind(_SECURITY, "Severe"),
    "CRIMINALISATION": Kind(_SECURITY, "Moderate"),
    "ATTEMPT": Kind(_SECURITY, "Extreme"),
    "KILLING": Kind(_SECURITY, "Extreme"),
    "MASSACRE": Kind(_SECURITY, "Extreme"),
    "TORTURE": Kind(_SECURITY, "Extreme"),
    "HOME_OFFICE_RAID": Kind(_SECURITY, "Severe"),
    "INFO_THEFT": Kind(_SECURITY, "Moderate"),
    "DISAPPEARANCE": Kind(_RESCUE, "Extreme"),
    "KIDNAP": Kind(_RESCUE, "Extreme"),
    "DETENTION": Kind(_SECURITY, "Severe"),
    "RECRUITMENT": Kind(_RESCUE, "Extreme"),
    "MASS_DISPL": Kind(("Security", "Safety", "Rescue"), "Severe"),
    "FORCED_DISPL_IND": Kind(_SAFETY, "Severe"),
    "TERRITORY": Kind(("Security", "Env"), "Moderate"),
    "ELECTORAL": Kind(_SECURITY, "Moderate"),
    "OTHER": Kind(("Other",), "Unknown"),
    "SEXUAL_VIOLENCE": Kind(_SECURITY, "Extreme"),
    "GBV_OTHER": Kind(_SECURITY, "Severe"),
}

URGENCIES = {"NOW": "Immediate", "DAYS": "Expected", "KNOW": "Unknown", NOT_TOLD: "Unknown"}
CERTAINTIES = {STANDS: "Observed", "CLOSED": "Observed", "EXPIRED": "Unknown", GONE: "Unknown"}
DOUBTFUL = "Possible"
# States that are over: their urgency is Past whatever it was.
OVER = frozenset({"CLOSED", GONE})

RESPONSES = {
    "ASK_BEFORE_GOING": "Avoid",
    "STAY_AND_CALL": "Shelter",
    "DO_NOT_TRAVEL": "Avoid",
    "SHELTER": "Shelter",
    "DO_NOT_STEP": "Avoid",
    "PREPARE_HELP": "Prepare",
    "KEEP_CLOSE": "Prepare",
    "BE_CAREFUL": "Monitor",
}


def urgency(code: str, state: str) -> str:
    """Return CAP's urgency. `code` is NOT_TOLD for the public."""
    if state in OVER:
        return "Past"
    return URGENCIES[code] if state == STANDS else "Unknown"


def certainty(state: str, *, doubt: bool) -> str:
    """Return CAP's certainty."""
    return DOUBTFUL if doubt else CERTAINTIES[state]


def severity(kind: str, state: str) -> str:
    """Return CAP's severity; of what no longer holds nothing is said."""
    return "Unknown" if state == GONE else KINDS[kind].severity


def holds_days(kind: str, state: str) -> int:
    """Return for how many days a message holds: it is CAP's `expires`.

    Never the hour at which the alert lapses, which the public page does not tell: as long as its kind stands without
    news, in whole days. What still stands after that is said again.
    """
    limit = alerts.expiry(kind) if state == STANDS else None
    return ceil(limit / timedelta(days=1)) if limit else TOLD_DAYS
