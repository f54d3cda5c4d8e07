"""The words in which this room speaks to a person."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from atarraya.territory.resolve import Candidate, Reason
from atarraya.territory.rules import MapState

REASONS = {
    Reason.CODE: gettext_lazy("it is its code"),
    Reason.OLD_CODE: gettext_lazy("it is its older code"),
    Reason.NAME: gettext_lazy("it is its name"),
    Reason.ALIAS: gettext_lazy("it is also called so"),
    Reason.SEAT: gettext_lazy("it is its main town"),
    Reason.ZONE: gettext_lazy("it is a zone of it"),
    Reason.SHORT: gettext_lazy("it is part of its name"),
    Reason.SPELLING: gettext_lazy("it is written alike"),
    Reason.PLACE: gettext_lazy("a place with this name lies in it"),
    Reason.TOGETHER: gettext_lazy("both names fit it"),
    Reason.INSIDE: gettext_lazy("it is named in the text"),
    Reason.OTHER_DEPARTMENT: gettext_lazy("it lies in another department"),
    Reason.WIDER: gettext_lazy("it is also the name of something larger"),
    Reason.SIMILAR: gettext_lazy("it looks like it"),
}

SETTLED = {
    "department": gettext_lazy("chosen by the department that was written"),
    "network": gettext_lazy("chosen because it is in this network"),
}

# Whole words of the three states; `SHORT_STATES` are what fits beside a name on the map.
STATES = {
    MapState.ALERTS: gettext_lazy("there are alerts"),
    MapState.SPOKE: gettext_lazy("they spoke and warn of no danger"),
    MapState.UNKNOWN: gettext_lazy("we do not know"),
}
SHORT_STATES = {
    MapState.ALERTS: pgettext_lazy("on the map", "there are alerts"),
    MapState.SPOKE: pgettext_lazy("on the map", "they spoke"),
    MapState.UNKNOWN: pgettext_lazy("on the map", "we do not know"),
}


def reason_words(candidate: Candidate) -> str:
    """Return why a candidate is offered, in words: also what settled it among others of its name."""
    reason = str(REASONS[Reason(candidate.reason)])
    settled = SETTLED.get(candidate.settled_by)
    return _("%(reason)s; %(settled)s") % {"reason": reason, "settled": settled} if settled else reason


def candidate_words(candidate: Candidate) -> str:
    """Return one line for a candidate: "Riosucio (Chocó): it is its name"."""
    where = f"{candidate.name} ({candidate.department})" if candidate.department else candidate.name
    return f"{where}: {reason_words(candidate)}"
