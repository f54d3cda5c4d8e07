"""What forms offer: places by name, roles, purposes, kinds of collective, each with its word."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from atarraya.network import queries
from atarraya.network.models import Circle, Collective, Freeze, Member, Removal
from atarraya.network.rules import ICONS, ROLES
from atarraya.territory import queries as territory

Options = list[tuple[str, str]]


def named_places() -> Options:
    """Return the network's municipalities, code and name, in the order of their names."""
    names = place_names()
    return sorted(names.items(), key=lambda pair: pair[1])


def place_names() -> dict[str, str]:
    """Return the name of each municipality of the network (its code where the territory is not loaded)."""
    codes = queries.municipalities()
    known = territory.names(codes)
    return {code: known.get(code, code) for code in codes}


def roles() -> Options:
    """Return the roles and their words."""
    words = {
        "VERIFIER": _("Verifies: opens accounts and compares"),
        "APPROVER": _("Approves: second person for what is published"),
        "RESPONDER": _("Responds: follows what was agreed to do"),
        "CARE": _("Cares: accompanies people"),
        "ANALYST": _("Analyses: works with published figures"),
        "STEWARD": _("Steward: administers and reads no account"),
    }
    return [(role, words[role]) for role in ROLES]


def role_word(role: str) -> str:
    """Return the short word for a role."""
    words = {
        "VERIFIER": _("verifier"),
        "APPROVER": _("approver"),
        "RESPONDER": _("responder"),
        "CARE": _("care"),
        "ANALYST": _("analyst"),
        "STEWARD": _("steward"),
    }
    return words[role]


def purposes() -> Options:
    """Return what a circle can be for."""
    words = {
        "VERIFIERS": _("Verifiers of a territory"),
        "WOMEN": _("Women's team"),
        "RESPONDERS": _("Responders"),
        "CARE": _("Care"),
        "LEGAL": _("Legal"),
        "COUNCIL": _("A council"),
    }
    return [(value, words[value]) for value in Circle.Purpose.values]


def tiers() -> Options:
    """Return how far a collective speaks."""
    words = {"LOCAL": _("A community or council"), "MAYOR": _("A major council"), "NETWORK": _("A network")}
    return [(value, words[value]) for value in Collective.Tier.values]


def chosen(value: str, options: Options, otherwise: str) -> str:
    """Return the value if it is one of the options: nobody writes words of their own where a code is asked for."""
    return value if value in dict(options) else otherwise


def kinds() -> Options:
    """Return the kinds of collective, the commonest first."""
    words = {
        "CCL": _("Local community council"),
        "CCM": _("Major community council"),
        "RESG": _("Indigenous reserve"),
        "CAB": _("Cabildo or indigenous authority"),
        "AATI": _("Association of cabildos or authorities"),
        "JAC": _("Community action board"),
        "ASOJ": _("Association of action boards"),
        "COM": _("Community"),
        "ZRC": _("Peasant reserve zone"),
        "ACAMP": _("Peasant association"),
        "OMUJ": _("Women's organisation"),
        "OLGBT": _("LGBTIQ+ collective"),
        "OJUV": _("Young people's group"),
        "OVICT": _("Victims' organisation or table"),
        "SIND": _("Trade union"),
        "ONG": _("Human rights organisation"),
        "RED": _("Network or platform"),
        "MEDIO": _("Community media"),
        "GIND": _("Indigenous guard"),
        "GCIM": _("Maroon guard"),
        "GCAMP": _("Peasant guard"),
        "REINC": _("Settlement or cooperative of peace signatories"),
        "IGL": _("Church or parish"),
        "ESC": _("School community"),
        "OTHER": _("Other"),
    }
    return list(words.items())


def reasons() -> Options:
    """Return why somebody leaves."""
    words = {
        "LEFT": _("Leaves on good terms"),
        "LOST": _("Out of reach, detained or disappeared"),
        "DISTRUST": _("We no longer trust"),
    }
    return [(value, words[value]) for value in Removal.Reason.values]


def state_word(state: str) -> str:
    """Return the word for a member's state."""
    words = {
        "INVITED": _("has not made a key yet"),
        "WAITING": _("waits for somebody to compare the words"),
        "ACTIVE": _("in the network"),
        "FROZEN": _("frozen"),
        "REMOVED": _("removed"),
    }
    return words[Member.State(state).value]


def day(value: date) -> str:
    """Return a date as people say it."""
    return date_format(value)


def outcomes(row: Freeze) -> Options:
    """Return what two people may decide about a freeze."""
    names = {"frozen": row.frozen.alias, "by": row.by.alias}
    return [
        ("RESTORE", _("Both come back")),
        ("FROZEN_OUT", _("%(frozen)s goes, %(by)s comes back") % names),
        ("FREEZER_OUT", _("%(by)s goes, %(frozen)s comes back") % names),
    ]


def icons() -> Options:
    """Return the icons a network may choose."""
    words = {"leaf": _("Leaf"), "boat": _("Boat"), "book": _("Book"), "fish": _("Fish"), "sun": _("Sun")}
    return [(icon, words[icon]) for icon in ICONS]


def policies() -> dict[str, str]:
    """Return the words for publishing policies."""
    return {
        "AT_ONCE": _("at once, by the point itself"),
        "ONE": _("a writer and one approver"),
        "TWO": _("a writer and two approvers"),
        "NEVER": _("never"),
    }
