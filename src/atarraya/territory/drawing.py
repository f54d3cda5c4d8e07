"""The map, drawn here as inline SVG: outlines where the territory has them, points where it has not.

No tiles, no scripts, no third party. A state is a pattern and a word, so that it is read in greys and on paper:
hatched is not known, dotted spoke, solid warns. Looks are in `static/territory/map.css`; without it the drawing
still reads. Every text is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from atarraya.territory.geometry import METRES, SCALE, Polygons, decoded
from atarraya.territory.labels import Box, Placed, Spot, place_labels, spread, text_width, wrapped
from atarraya.territory.phrases import SHORT_STATES, STATES
from atarraya.territory.rules import MapState, Mark

# At 360 px wide a page leaves this much: one unit is then one pixel.
WIDTH = 328
TALLEST = 640
SHORTEST = 160
MARGIN = 14
NAME_SIZE, STATE_SIZE = 13.0, 12.0
NAME_LINE, STATE_LINE = 14.0, 13.0
DOT = 10.0
NEAREST = 20_000 / METRES  # twenty kilometres across the drawing: nearer, a town would be a wall of colour
SMALL_DOT = 7.0
LEGEND_LINE = 24
# Outlines are drawn on a grid of half a unit: both sides of a border fall on the same points.
GRID = 2
# More than this is crowded on a phone: circles are smaller and only warnings have their words beside the name.
ROOMY = 18
# More names than this cannot be read there. Every unit keeps its words in its link.
MOST_LABELS = 40
ORDER = (MapState.ALERTS, MapState.SPOKE, MapState.UNKNOWN)


class Place(Protocol):
    """A unit to draw; `models.Unit` is one."""

    code: str
    name: str
    department: str
    lat: float | None
    lon: float | None


class Outline(Protocol):
    """A stored boundary; `models.Boundary` is one."""

    path: str
    parallel: float


UNKNOWN = Mark(MapState.UNKNOWN)


@dataclass(slots=True)
class _Drawn:
    unit: Place
    mark: Mark
    at: tuple[float, float]
    polygons: Polygons | None = None
    surface: Any = None
    radius: float = 0.0
    roomy: bool = True


def draw_map(
    units: Sequence[Place],
    states: Mapping[str, Mark],
    *,
    boundaries: Mapping[str, Outline],
    link: Callable[[str], str],
    prefix: str = "map",
) -> SafeString:
    """Return the map of `units` as one `<svg>`, each a link to `link(code)`.

    A unit without a mark is not known, and shown so. A unit with neither outline nor point is left out of the
    drawing. `prefix` begins every id: two maps on a page need two.
    """
    drawn, height = _laid_out(units, states, boundaries)
    legend_top = height + 4
    total = legend_top + LEGEND_LINE * len(ORDER) + 6
    # Warnings are named first, and drawn last over their neighbours' borders; points over all outlines.
    drawn.sort(key=lambda item: ORDER.index(MapState(item.mark.state)))
    named = drawn[:MOST_LABELS]
    first = 0 if len(drawn) <= ROOMY else sum(item.mark.state == MapState.ALERTS for item in named)
    placed = place_labels([_spot(item) for item in named], Box(2, 2, WIDTH - 2, height - 2), first)
    shapes = sorted(reversed(drawn), key=lambda item: item.polygons is None)
    title = _("Map of the municipalities")
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH} {total}" role="group" aria-labelledby="{escape(prefix)}-title" '
        f'font-size="{NAME_SIZE:g}" font-family="sans-serif">',
        f'<title id="{escape(prefix)}-title">{escape(title)}</title>',
        _patterns(prefix),
        f'<g transform="scale({1 / GRID:g})">',
        *(_shape(item, prefix, link(item.unit.code)) for item in shapes),
        "</g>",
        *(_label(item, place, link(item.unit.code)) for item, place in zip(named, placed, strict=True) if place),
        _legend(prefix, legend_top),
        "</svg>",
    ]
    return SafeString("".join(parts))  # nosec B703 # every text above is escaped


def _laid_out(
    units: Sequence[Place], states: Mapping[str, Mark], boundaries: Mapping[str, Outline]
) -> tuple[list[_Drawn], int]:
    """Return what is drawn, in the drawing's units, and how high the map is."""
    parallel = _parallel(units, boundaries)
    drawn = [
        item
        for unit in units
        if (item := _projected(unit, states.get(unit.code, UNKNOWN), boundaries.get(unit.code), parallel))
    ]
    if not drawn:
        return [], SHORTEST
    points = [point for item in drawn for point in _corners(item)]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    scale = min((WIDTH - 2 * MARGIN) / max(right - left, NEAREST), (TALLEST - 2 * MARGIN) / max(bottom - top, NEAREST))
    height = max(SHORTEST, math.ceil((bottom - top) * scale) + 2 * MARGIN)
    shift = (WIDTH - (left + right) * scale) / 2, (height - (top + bottom) * scale) / 2
    for item in drawn:
        _fit(item, scale, shift)
    _spread_points(drawn)
    return drawn, height


def _parallel(units: Sequence[Place], boundaries: Mapping[str, Outline]) -> float:
    for unit in units:
        if unit.code in boundaries:
            return boundaries[unit.code].parallel
    latitudes = [unit.lat for unit in units if unit.lat is not None]
    return sum(latitudes) / len(latitudes) if latitudes else 0.0


def _projected(unit: Place, mark: Mark, outline: Outline | None, parallel: float) -> _Drawn | None:
    stretch = math.cos(math.radians(parallel))
    if outline is not None:
        # Outlines imported apart have another parallel: bring them to this one.
        factor = stretch / math.cos(math.radians(outline.parallel))
        polygons = [
            [[(round(x * factor), y) for x, y in ring] for ring in polygon] for polygon in decoded(outline.path)
        ]
        return _Drawn(unit, mark, (0.0, 0.0), polygons)
    if unit.lat is None or unit.lon is None:
        return None
    return _Drawn(unit, mark, (unit.lon * stretch * SCALE, -unit.lat * SCALE))


def _corners(item: _Drawn) -> list[tuple[float, float]]:
    if item.polygons is None:
        return [item.at]
    return [(x, y) for polygon in item.polygons for x, y in polygon[0]]


def _fit(item: _Drawn, scale: float, shift: tuple[float, float]) -> None:
    """Bring an item into the frame; an outline that is too small there becomes a point."""
    if item.polygons is None:
        item.at = (item.at[0] * scale + shift[0], item.at[1] * scale + shift[1])
        return
    middle = _corners(item)[0]
    snapped = [
        [_snapped(ring, scale, shift) for ring in polygon if len(_snapped(ring, scale, shift)) >= 3]
        for polygon in item.polygons
    ]
    item.polygons = [polygon for polygon in snapped if polygon] or None
    if item.polygons is None:
        item.at = (middle[0] * scale + shift[0], middle[1] * scale + shift[1])
        return
    whole = shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in item.polygons])
    item.surface = shapely.transform(shapely.make_valid(whole), lambda xy: xy / GRID)
    largest = max(shapely.get_parts(item.surface), key=lambda part: part.area)
    heart = shapely.maximum_inscribed_circle(largest, tolerance=1)
    item.at = (float(shapely.get_coordinates(heart)[0][0]), float(shapely.get_coordinates(heart)[0][1]))


def _snapped(ring: list[tuple[int, int]], scale: float, shift: tuple[float, float]) -> list[tuple[int, int]]:
    """Return a ring on the grid, without points that fall together."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round((x * scale + shift[0]) * GRID), round((y * scale + shift[1]) * GRID))
        if not points or point != points[-1]:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points if len(set(points)) >= 3 else []


def _spread_points(drawn: Sequence[_Drawn]) -> None:
    """Keep the circles of near towns apart: beside each other says enough, one over the other says nothing."""
    roomy = len(drawn) <= ROOMY
    radius = DOT if roomy else SMALL_DOT
    loose = [item for item in drawn if item.polygons is None]
    for item, (x, y) in zip(loose, spread([item.at for item in loose], radius * 2.5), strict=True):
        item.at = (min(max(x, radius + 2), WIDTH - radius - 2), y)
        item.radius = radius
    for item in drawn:
        item.roomy = roomy


def _spot(item: _Drawn) -> Spot:
    lines, state = _lines(item)
    width = max(*(text_width(line, NAME_SIZE * 1.06) for line in lines), text_width(state, STATE_SIZE))
    height = NAME_LINE * len(lines) + (STATE_LINE if state else 0)
    return Spot(item.at, item.radius, width + 4, height + 3, item.surface)


def _lines(item: _Drawn) -> tuple[list[str], str]:
    """Return the lines of a name, and the line of its state ("" where there is no room for it)."""
    short = str(SHORT_STATES[MapState(item.mark.state)])
    if not item.roomy and item.mark.state != MapState.ALERTS:
        return wrapped(item.unit.name), ""
    return wrapped(item.unit.name), f"{short}: {item.mark.count}" if item.mark.count else short


def _words(item: _Drawn) -> str:
    where = f"{item.unit.name} ({item.unit.department})" if item.unit.department else item.unit.name
    words = f"{where}: {STATES[MapState(item.mark.state)]}"
    return f"{words}: {item.mark.count}" if item.mark.count else words


def _patterns(prefix: str) -> str:
    """Return the fills. Their strokes fall back to the text's colour where the style sheet is missing."""
    name = escape(prefix)
    return (
        f'<defs><pattern id="{name}-unknown" width="12" height="12" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="map-hatch" d="M0 0V12" stroke="currentColor" stroke-width="5"/>'
        f'</pattern><pattern id="{name}-spoke" width="14" height="14" patternUnits="userSpaceOnUse">'
        '<circle class="map-dot" cx="4" cy="4" r="1.8" fill="currentColor"/>'
        '<circle class="map-dot" cx="11" cy="11" r="1.8" fill="currentColor"/></pattern></defs>'
    )


def _fill(state: MapState, prefix: str) -> str:
    return "silver" if state is MapState.ALERTS else f"url(#{escape(prefix)}-{state})"


def _shape(item: _Drawn, prefix: str, href: str) -> str:
    state = MapState(item.mark.state)
    if item.polygons is None:
        x, y = item.at
        size = f'cx="{x * GRID:.0f}" cy="{y * GRID:.0f}"'
        size += f' r="{item.radius * GRID:.0f}"'
        figure = (
            f'<circle class="map-touch" {size} fill="none"/><circle class="map-ground" {size} fill="white"/>'
            f'<circle class="map-area" {size} fill="{_fill(state, prefix)}" stroke="currentColor"/>'
        )
    else:
        path = "".join(_path(ring) for polygon in item.polygons for ring in polygon)
        figure = f'<path class="map-area" fill="{_fill(state, prefix)}" stroke="currentColor" d="{path}"/>'
    words = escape(_words(item))
    return f'<a class="map-{state}" href="{escape(href)}" aria-label="{words}"><title>{words}</title>{figure}</a>'


def _path(ring: Sequence[tuple[int, int]]) -> str:
    steps = " ".join(f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z".replace(" -", "-")


def _label(item: _Drawn, placed: Placed, href: str) -> str:
    """Return the name and state of a unit: a second way into the same link, out of the keyboard's path."""
    lines, state = _lines(item)
    anchor, x = _aligned(item, placed.box)
    y = placed.box.top + NAME_LINE - 2
    texts = []
    for line in lines:
        texts.append(f'<tspan x="{x:g}" y="{y:.0f}">{escape(line)}</tspan>')
        y += NAME_LINE
    if state:
        texts.append(
            f'<tspan class="map-state" x="{x:g}" y="{y - 0.5:.0f}" font-size="{STATE_SIZE:g}">{escape(state)}</tspan>'
        )
    leader = ""
    if placed.line is not None:
        (x1, y1), (x2, y2) = placed.line
        leader = f'<path class="map-leader" stroke="currentColor" d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}"/>'
    return (
        f'{leader}<a href="{escape(href)}" tabindex="-1" aria-hidden="true"><text class="map-name" '
        f'text-anchor="{anchor}">{"".join(texts)}</text></a>'
    )


def _aligned(item: _Drawn, box: Box) -> tuple[str, float]:
    """Return how a label's lines stand, and on which x: ragged on the side away from its point."""
    if box.left > item.at[0]:
        return "start", round(box.left + 2)
    if box.right < item.at[0]:
        return "end", round(box.right - 2)
    return "middle", round((box.left + box.right) / 2)


def _legend(prefix: str, top: float) -> str:
    rows = []
    for place, state in enumerate(ORDER):
        y = top + LEGEND_LINE * place
        rows.append(
            f'<g class="map-{state}"><g transform="translate({MARGIN} {y:g}) scale({1 / GRID:g})"><path '
            f'class="map-area" d="M0 2h60v36h-60z" fill="{_fill(state, prefix)}" stroke="currentColor"/></g>'
            f'<text class="map-key" x="{MARGIN + 40}" y="{y + 15:g}">{escape(STATES[state])}</text></g>'
        )
    return f'<g class="map-legend">{"".join(rows)}</g>'
