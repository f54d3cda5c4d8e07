"""Where the names on a map go: over their own unit if they fit, else beside it with a line, never over each other.

Greedy and the same every time: each label takes its cheapest place, a few times around, the crowded ones first.
All lengths are in the drawing's units.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from atarraya.territory.spelling import LITTLE

TURNS = 24
REACHES = (4, 12, 24, 40, 58, 78, 100, 126)
SHIFTS = (0, -8, 8, -16, 16)
ROUNDS = 5
GAP = 2
CELL = 4  # what lies under a label is looked up on a grid this fine

# What a place costs. Distances cost as many as they are long.
HIDES_OTHERS = 120  # lying wholly on other units
LEAVES_OWN = 40  # lying wholly off its own
HIDES_SPOT = 120
NEARER_ANOTHER = 70  # standing as near to another circle as to its own: it would be read as that one's name
NEEDS_LINE = 25
NOT_BESIDE = 5  # above or below a point, where beside it reads better
COVERS = 40  # each square unit of another label
CROSSES_LINE, CROSSES_TEXT = 150, 120
MOST_COST = 280

NARROW, WIDE = frozenset("iljtfrI.,·:'()|! "), frozenset("mwMWÑQGOÓ@")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Something to be labelled: its place, how far around it is taken, its label's size and, drawn, its surface."""

    at: Point
    radius: float
    width: float
    height: float
    surface: Any = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label went; `line` leads from the spot to it when it stands apart."""

    box: Box
    line: tuple[Point, Point] | None


@dataclass(frozen=True, slots=True)
class _Choices:
    """The places of one label, cheapest first, and what each costs by itself.

    `boxes`: rows of left, top, right, bottom. `lines`: rows of x, y, x, y from the spot, not-a-number where there
    is no line (which then crosses nothing).
    """

    boxes: Any
    lines: Any
    costs: Any


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a usual sans-serif, a little on the safe side."""
    widths = (0.34 if sign in NARROW else 0.86 if sign in WIDE else 0.7 if sign.isupper() else 0.58 for sign in text)
    return size * sum(widths)


def wrapped(name: str, longest: int = 14) -> list[str]:
    """Return a name in one line, or in two of about the same length where it is long; "del" begins a line."""
    parts = name.split()
    if len(name) <= longest or len(parts) == 1:
        return [name]
    cuts = [[" ".join(parts[:cut]), " ".join(parts[cut:])] for cut in range(1, len(parts))]
    loose = [" ".join(parts[:cut]) for cut in range(1, len(parts)) if parts[cut - 1].lower() in LITTLE]
    return min(cuts, key=lambda halves: (halves[0] in loose, max(len(half) for half in halves), len(halves[0])))


def place_labels(spots: Sequence[Spot], frame: Box, first: int = 0) -> list[Placed | None]:
    """Return one place a spot, inside `frame` whenever there is room at all.

    None where a label would only stand on others' or far away: a wrong name is worse than none. The `first` spots
    choose before the rest.
    """
    covers = [_cover(spot.surface, frame) for spot in spots]
    land = sum(covers) if covers else None
    choices = [_choices(index, spots, frame, covers[index], land) for index in range(len(spots))]
    crowd = [sum(math.dist(spot.at, other.at) < 60 for other in spots) for spot in spots]
    order = sorted(range(len(spots)), key=lambda index: (-crowd[index], -choices[index].costs[0], index))
    chosen: dict[int, int | None] = {}
    _choose([index for index in order if index < first], choices, chosen)
    _choose([index for index in order if index >= first], choices, chosen)
    return [_placed(choices[index], chosen[index]) for index in range(len(spots))]


def _choose(order: Sequence[int], choices: Sequence[_Choices], chosen: dict[int, int | None]) -> None:
    """Let each label of `order` take its best place, again until none moves any more; the others stay."""
    for _round in range(ROUNDS):
        before = dict(chosen)
        for index in order:
            others = [(choices[other], rank) for other, rank in chosen.items() if other != index and rank is not None]
            chosen[index] = _cheapest(choices[index], others)
        if chosen == before:
            return


def _placed(choices: _Choices, rank: int | None) -> Placed | None:
    if rank is None:
        return None
    line = choices.lines[rank].tolist()
    ends = None if math.isnan(line[0]) else ((line[0], line[1]), (line[2], line[3]))
    return Placed(Box(*choices.boxes[rank].tolist()), ends)


def _cheapest(choices: _Choices, others: Sequence[tuple[_Choices, int]]) -> int | None:
    """Return the rank of the best place beside the labels that stand already, or None if every place costs too much."""
    costs = choices.costs + _conflicts(choices, others) if others else choices.costs
    best = int(np.argmin(costs))
    return best if costs[best] < MOST_COST else None


def _conflicts(choices: _Choices, others: Sequence[tuple[_Choices, int]]) -> Any:
    """Return what each place costs beside labels that stand already: covered text most, then crossed lines."""
    boxes = np.array([other.boxes[rank] for other, rank in others])
    lines = np.array([other.lines[rank] for other, rank in others])
    mine, my_lines = choices.boxes[:, None, :], choices.lines[:, None, :]
    wide = np.minimum(mine[..., 2], boxes[:, 2]) - np.maximum(mine[..., 0], boxes[:, 0]) + GAP
    high = np.minimum(mine[..., 3], boxes[:, 3]) - np.maximum(mine[..., 1], boxes[:, 1]) + GAP
    conflict = COVERS * np.maximum(wide, 0) * np.maximum(high, 0)
    conflict += CROSSES_LINE * _crossing(my_lines, lines)
    conflict += CROSSES_TEXT * _through(my_lines, boxes)
    conflict += CROSSES_TEXT * _through(lines, mine)
    return conflict.sum(axis=1)


def _choices(index: int, spots: Sequence[Spot], frame: Box, cover: Any, land: Any) -> _Choices:
    spot = spots[index]
    rows = np.array(list(_boxes(spot)))
    inside = (rows[:, :2] >= (frame.left, frame.top)).all(1) & (rows[:, 2:] <= (frame.right, frame.bottom)).all(1)
    boxes = rows[inside] if inside.any() else _pushed_in(rows, frame)
    costs = _costs(boxes, spots, index)
    if spot.surface is not None:
        costs += LEAVES_OWN * (1 - _share(boxes, cover))
    costs += HIDES_OTHERS * _share(boxes, land - cover)
    cheapest = np.argsort(costs, kind="stable")
    return _Choices(boxes[cheapest], _lines(spot, boxes[cheapest]), costs[cheapest])


def _lines(spot: Spot, boxes: Any) -> Any:
    """Return the line from the spot's edge to each box that stands apart."""
    at = np.array(spot.at)
    near = np.clip(at, boxes[:, :2], boxes[:, 2:])
    away = np.hypot(*(near - at).T)
    part = (spot.radius / np.maximum(away, 1))[:, None]
    lines = np.concatenate([at + (near - at) * part, near], axis=1)
    lines[~_apart(away, spot)] = np.nan
    return lines


def _boxes(spot: Spot) -> Iterator[tuple[float, float, float, float]]:
    """Yield places for the label: over a surface, beside, above and below a point, then further around."""
    half_width, half_height = spot.width / 2, spot.height / 2
    for across, down in _middles(spot, half_width, half_height):
        x, y = spot.at[0] + across, spot.at[1] + down
        yield x - half_width, y - half_height, x + half_width, y + half_height


def _middles(spot: Spot, half_width: float, half_height: float) -> Iterator[Point]:
    """Yield where the label's middle may be, seen from the spot."""
    for shift in SHIFTS:
        if spot.surface is not None:
            yield from ((shift, other) for other in SHIFTS)
        else:
            beside, above = spot.radius + 3 + half_width, spot.radius + 2 + half_height
            yield from ((beside, shift), (-beside, shift), (shift, above), (shift, -above))
    for reach in REACHES:
        for turn in range(TURNS):
            angle = 2 * math.pi * turn / TURNS
            away = spot.radius + reach
            # The label's near edge, not its middle, keeps the distance.
            yield math.cos(angle) * (away + half_width), math.sin(angle) * (away + half_height)


def _pushed_in(boxes: Any, frame: Box) -> Any:
    """Move boxes into the frame; a label wider than the frame starts at its edge."""
    right = np.maximum(np.minimum(0, frame.right - boxes[:, 2]), frame.left - boxes[:, 0])
    down = np.maximum(np.minimum(0, frame.bottom - boxes[:, 3]), frame.top - boxes[:, 1])
    return boxes + np.stack([right, down, right, down], axis=1)


def _costs(boxes: Any, spots: Sequence[Spot], index: int) -> Any:
    """Return what each box costs for its distance, its line, and the spots it hides."""
    at = np.array([spot.at for spot in spots])
    radius = np.array([spot.radius for spot in spots])
    across = np.maximum(np.maximum(boxes[:, :1] - at[:, 0], at[:, 0] - boxes[:, 2:3]), 0)
    down = np.maximum(np.maximum(boxes[:, 1:2] - at[:, 1], at[:, 1] - boxes[:, 3:4]), 0)
    gaps = np.hypot(across, down)
    spot = spots[index]
    least = np.maximum(radius + GAP, 5)
    least[index] = radius[index] + GAP if radius[index] else -1
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    costs = gaps[:, index] * 1.2 + np.hypot(*(middles - at[index]).T) * 0.2
    costs += HIDES_SPOT * (gaps < least).sum(axis=1)
    costs += NEEDS_LINE * _apart(gaps[:, index], spot)
    edges = np.where(radius > 0, gaps - radius, np.inf)
    own = gaps[:, index] - spot.radius
    edges[:, index] = np.inf
    costs += NEARER_ANOTHER * (edges.min(axis=1) < own + 4)
    if spot.surface is None:
        costs += NOT_BESIDE * (across[:, index] == 0)
    return costs


def _apart(away: Any, spot: Spot) -> Any:
    """Tell whether a label is so far that it needs a line to its spot."""
    return away >= spot.radius + 9


def _cover(surface: Any, frame: Box) -> Any:
    """Return how many cells up to each grid line lie on a surface: any box is then four look-ups."""
    columns, lines = math.ceil(frame.right / CELL) + 1, math.ceil(frame.bottom / CELL) + 1
    cells = np.zeros((lines + 1, columns + 1))
    if surface is not None:
        x, y = np.meshgrid((np.arange(columns) + 0.5) * CELL, (np.arange(lines) + 0.5) * CELL)
        shapely.prepare(surface)
        cells[1:, 1:] = shapely.contains_xy(surface, x, y)
    return cells.cumsum(axis=0).cumsum(axis=1)


def _share(boxes: Any, cover: Any) -> Any:
    """Return which part of each box a surface covers, 0 to 1 (more where surfaces overlap)."""
    grid = np.clip(np.rint(boxes / CELL).astype(int), 0, None)
    left, right = (np.minimum(grid[:, side], cover.shape[1] - 1) for side in (0, 2))
    top, bottom = (np.minimum(grid[:, side], cover.shape[0] - 1) for side in (1, 3))
    covered = cover[bottom, right] - cover[top, right] - cover[bottom, left] + cover[top, left]
    return covered / np.maximum((right - left) * (bottom - top), 1)


def _crossing(one: Any, other: Any) -> Any:
    """Tell which segments cross; both are arrays whose last axis is x, y, x, y."""
    a, b, c, d = one[..., :2], one[..., 2:], other[..., :2], other[..., 2:]
    return (_side(a, b, c) != _side(a, b, d)) & (_side(c, d, a) != _side(c, d, b))


def _side(a: Any, b: Any, c: Any) -> Any:
    return (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) > (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])


def _through(lines: Any, boxes: Any) -> Any:
    """Tell which lines run over boxes: whether they cross one of a box's two diagonals."""
    falling = boxes[..., [0, 1, 2, 3]]
    rising = boxes[..., [0, 3, 2, 1]]
    return _crossing(lines, falling) | _crossing(lines, rising)


def spread(points: Sequence[Point], apart: float, rounds: int = 80) -> list[Point]:
    """Move points that are nearer than `apart` away from each other, as little as it takes."""
    moved = [list(point) for point in points]
    for _round in range(rounds):
        still = True
        for first in range(len(moved)):
            for second in range(first + 1, len(moved)):
                still &= not _push(moved[first], moved[second], apart, first + second)
        if still:
            break
    return [(x, y) for x, y in moved]


def _push(one: list[float], other: list[float], apart: float, turn: int) -> bool:
    across, down = other[0] - one[0], other[1] - one[1]
    distance = math.hypot(across, down)
    if distance >= apart - 0.01:
        return False
    short = (apart - distance) / 2
    if distance < 0.001:  # the same place: any direction will do, but always the same one
        across, down, distance = math.cos(turn), math.sin(turn), 1.0
    for point, sign in ((one, -1), (other, 1)):
        point[0] += sign * across / distance * short
        point[1] += sign * down / distance * short
    return True
