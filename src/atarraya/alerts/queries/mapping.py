"""What the map says of each municipality, from counters: the same few rows at ten alerts and at a million."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Sum
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from atarraya.alerts import rules
from atarraya.alerts.models import Counter
from atarraya.alerts.queries.places import place_state
from atarraya.alerts.queries.speaking import NOBODY, Heard
from atarraya.kernel import clock
from atarraya.kernel.kept import Kept
from atarraya.territory import queries as territory
from atarraya.territory.rules import MapState, Mark

_STATES = {"ALERTS": MapState.ALERTS, "SPOKE": MapState.SPOKE}
_kept: Kept[SafeString] = Kept(16)


def standing(codes: Iterable[str]) -> dict[str, int]:
    """Return code → how many announced alerts stand there, for those with any. One query over a few dozen rows."""
    totals = Counter.objects.filter(
        municipality__in=list(codes), state__in=sorted(rules.LIVE), month="", kind="", count__gt=0
    )
    return dict(totals.values_list("municipality").annotate(Sum("count")))


def marks(codes: Sequence[str], heard: Mapping[str, Heard]) -> dict[str, Mark]:
    """Return what a member's map says of each municipality; numbers only of alerts."""
    counts = standing(codes)
    return {
        code: Mark(MapState.ALERTS, str(counts[code]))
        if code in counts
        else Mark(_STATES.get(place_state(False, heard.get(code, NOBODY), near=True), MapState.UNKNOWN))
        for code in codes
    }


def drawn(codes: Sequence[str], said: Mapping[str, Mark], address: str) -> SafeString:
    """Return the map as inline SVG; `address` is a path with `{}` where a municipality's code goes.

    Kept until what it says, the hour or the language changes: drawing outlines takes many milliseconds.
    """
    key = (tuple((code, said.get(code)) for code in codes), address, get_language(), clock.this_hour())
    return _kept.get(key, lambda: _draw(codes, said, address))


def _draw(codes: Sequence[str], said: Mapping[str, Mark], address: str) -> SafeString:
    from atarraya.territory.drawing import draw_map  # what it draws with is 16 MB: only who draws a map loads it

    units = list(territory.municipalities(codes).values())
    outlines = territory.boundaries(unit.code for unit in units)
    return draw_map(units, said, boundaries=outlines, link=lambda code: address.format(code))
