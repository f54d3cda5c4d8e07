"""Outlines: cleaned, simplified with their shared borders, projected and written small. Pure; no database.

Projection: equirectangular. x = longitude × cos(parallel), y = −latitude, both in units of 0.0001° (about 11 m),
whole numbers, y downwards. A path is JSON: a list of polygons, each a list of rings (the first is the outline, the
rest are holes), each ring `[x, y, dx, dy, dx, dy, …]`, closed by itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

SCALE = 10_000
METRES = 11.132  # one unit, on the equator or along a meridian

Ring = list[tuple[int, int]]
Polygons = list[list[Ring]]


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of an outline is kept: `metres` of detail, parts and holes of at least so many square kilometres."""

    metres: float = 600
    part_km2: float = 1
    hole_km2: float = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline ready to store: its path and its box, in projected units."""

    path: str
    left: int
    top: int
    right: int
    bottom: int


def project(lon: float, lat: float, parallel: float) -> tuple[int, int]:
    """Return a point's place in projected units."""
    return round(lon * math.cos(math.radians(parallel)) * SCALE), round(-lat * SCALE)


def middle_parallel(shapes: Sequence[Any]) -> float:
    """Return the parallel halfway between the southern and northern ends, in degrees, to a tenth."""
    _left, bottom, _right, top = shapely.total_bounds(shapes)
    return round(float(bottom + top) / 2, 1)


def polygonal(shapes: Sequence[Any]) -> Any:
    """Return one valid surface of all that has area in `shapes`, or None if nothing has."""
    valid = shapely.make_valid(shapely.force_2d(list(shapes)), method="structure", keep_collapsed=False)
    # Twice: a collection may hold multipolygons.
    parts = [part for part in shapely.get_parts(shapely.get_parts(valid)) if part.geom_type == "Polygon"]
    parts = [part for part in parts if part.area > 0]
    return shapely.union_all(parts) if parts else None


def simplified(shapes: Sequence[Any], parallel: float, detail: Detail) -> tuple[list[Any], bool]:
    """Project, clean and simplify outlines in degrees together; tell whether shared borders stayed shared.

    A shape never vanishes: one that simplifies to nothing stays as it was.
    """
    stretch = math.cos(math.radians(parallel)) * SCALE
    flat = [shapely.transform(shape, lambda xy: xy * (stretch, -SCALE)) for shape in shapes]
    hearts = shapely.STRtree([shape.representative_point() for shape in flat])
    flat = [_without_crumbs(shape, hearts, detail) for shape in flat]
    shared = bool(shapely.coverage_is_valid(flat))
    if not shared:
        cleaned = shapely.coverage_clean(flat, gap_width=100 / METRES)
        if not any(shapely.is_empty(cleaned)) and shapely.coverage_is_valid(cleaned):
            flat, shared = list(cleaned), True
    tolerance = detail.metres / METRES
    if shared:
        small = list(shapely.coverage_simplify(flat, tolerance))
    else:
        small = [shapely.simplify(shape, tolerance / 2, preserve_topology=True) for shape in flat]
    return [after if not after.is_empty else before for before, after in zip(flat, small, strict=True)], shared


def _without_crumbs(shape: Any, hearts: Any, detail: Detail) -> Any:
    """Drop islets and ponds too small to draw. One part always stays, and a hole that another unit's heart fills."""
    unit = (1000 / METRES) ** 2
    parts = sorted(shapely.get_parts(shape), key=lambda part: part.area, reverse=True)
    kept = [part for part in parts if part.area >= detail.part_km2 * unit] or parts[:1]
    return shapely.multipolygons([_without_holes(part, hearts, detail.hole_km2 * unit) for part in kept])


def _without_holes(part: Any, hearts: Any, least: float) -> Any:
    holes = [ring for ring in part.interiors if _matters(shapely.Polygon(ring), hearts, least)]
    return shapely.Polygon(part.exterior, holes)


def _matters(hole: Any, hearts: Any, least: float) -> bool:
    return bool(hole.area >= least or len(hearts.query(hole, predicate="intersects")))


def encoded(shape: Any) -> Shape | None:
    """Write a projected shape small, or None if rounding leaves nothing of it."""
    polygons = []
    for part in shapely.get_parts(shape):
        outline, *holes = [_whole(ring) for ring in (part.exterior, *part.interiors)]
        if outline:
            polygons.append([outline, *(hole for hole in holes if hole)])
    if not polygons:
        return None
    points = np.array([point for polygon in polygons for ring in polygon for point in ring])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    path = [[_steps(ring) for ring in polygon] for polygon in polygons]
    return Shape(json.dumps(path, separators=(",", ":")), int(left), int(top), int(right), int(bottom))


def _whole(ring: Any) -> Ring:
    """Round a ring to whole units, open, without repeats; empty if it has no area left."""
    points: Ring = []
    for x, y in shapely.get_coordinates(ring):
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points if len(set(points)) >= 3 else []


def _steps(ring: Ring) -> list[int]:
    flat = [*ring[0]]
    for (x, y), (next_x, next_y) in pairwise(ring):
        flat += [next_x - x, next_y - y]
    return flat


def decoded(path: str) -> Polygons:
    """Return the polygons of a stored path as points in projected units."""
    return [[_points(ring) for ring in polygon] for polygon in json.loads(path)]


def _points(steps: list[int]) -> Ring:
    x, y = steps[0], steps[1]
    points = [(x, y)]
    for dx, dy in zip(steps[2::2], steps[3::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points
