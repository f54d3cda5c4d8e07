"""Reading GeoJSON and simple TopoJSON: features with their properties and a geometry, nothing drawn or stored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape as to_shape

from atarraya.territory.refusals import ImportRefused
from atarraya.territory.tables import HEAD, refuse_oversize

MOST_BYTES = 160 * 1024 * 1024
SURFACES = frozenset({"Polygon", "MultiPolygon", "GeometryCollection"})

_BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"')


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its number in the file from 1, its properties as text (with "id") and its GeoJSON geometry."""

    number: int
    properties: dict[str, str]
    geometry: Any


def read_features(path: Path, *, most_bytes: int = MOST_BYTES) -> list[Feature]:
    """Return the features of a file. Raises ImportRefused; junk is refused after its first 64 KiB."""
    refuse_oversize(path, most_bytes)
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
            raise ImportRefused([(None, _("This file is compressed. Unpack it first."))])
        if not _BEGINS.match(head) or re.search(rb"[\x00-\x08\x0e-\x1f]", head):
            raise ImportRefused([(None, _("This is not GeoJSON nor TopoJSON."))])
        document = _parsed(head + file.read())
    kind = document.get("type")
    if kind == "FeatureCollection":
        raw = document.get("features")
    elif kind == "Topology":
        raw = list(_topology_features(document))
    else:
        raise ImportRefused([(None, _("This is not GeoJSON nor TopoJSON."))])
    if not isinstance(raw, list) or not raw:
        raise ImportRefused([(None, _("The file holds no features."))])
    return [_feature(number, item) for number, item in enumerate(raw, 1)]


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as fault:
        line = getattr(fault, "lineno", None)
        raise ImportRefused([(line, _("The file is cut or damaged here: it can't be read as JSON."))]) from None
    return document if isinstance(document, dict) else {}


def _feature(number: int, raw: Any) -> Feature:
    if not isinstance(raw, dict):
        raise ImportRefused([(number, _("This feature has no outline."))])
    properties = raw.get("properties")
    named = {"id": raw.get("id"), **(properties if isinstance(properties, dict) else {})}
    texts = {
        str(name): str(value).strip()
        for name, value in named.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    return Feature(number, texts, raw.get("geometry"))


def surface(feature: Feature) -> Any:
    """Return the shapely geometry of a feature, in degrees. Raises ImportRefused with the feature's number."""
    geometry = feature.geometry
    if not isinstance(geometry, dict) or geometry.get("type") not in SURFACES:
        raise ImportRefused([(feature.number, _("This feature has no outline."))])
    try:
        made = to_shape(geometry)
        box = np.array(made.bounds)
    except Exception:  # shapely raises a dozen kinds for bad coordinates
        raise ImportRefused([(feature.number, _("The points of this outline can't be read."))]) from None
    if made.is_empty or not np.isfinite(shapely.get_coordinates(made)).all():
        raise ImportRefused([(feature.number, _("The points of this outline can't be read."))])
    if (np.abs(box[::2]) > 180).any() or (np.abs(box[1::2]) > 90).any():
        sentence = _("The points are not longitude and latitude in degrees (WGS 84).")
        raise ImportRefused([(feature.number, sentence)])
    return made


def _topology_features(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    try:
        arcs = [_arc(arc, document.get("transform")) for arc in document["arcs"]]
        for geometry in chain.from_iterable(map(_leaves, document["objects"].values())):
            if geometry.get("type") in ("Polygon", "MultiPolygon"):
                yield {**geometry, "geometry": {"type": geometry["type"], "coordinates": _stitched(geometry, arcs)}}
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        raise ImportRefused([(None, _("The arcs of this TopoJSON don't fit together."))]) from None


def _leaves(geometry: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if geometry.get("type") == "GeometryCollection":
        return chain.from_iterable(map(_leaves, geometry["geometries"]))
    return [geometry]


def _arc(arc: list[list[float]], transform: dict[str, Any] | None) -> list[list[float]]:
    if transform is None:
        return arc
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    steps = np.cumsum(np.array([point[:2] for point in arc], dtype=float), axis=0)
    return (steps * (scale_x, scale_y) + (move_x, move_y)).tolist()  # type: ignore[no-any-return]


def _stitched(geometry: dict[str, Any], arcs: list[list[list[float]]]) -> list[Any]:
    if geometry["type"] == "Polygon":
        return [_ring(ring, arcs) for ring in geometry["arcs"]]
    return [[_ring(ring, arcs) for ring in polygon] for polygon in geometry["arcs"]]


def _ring(indexes: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    points: list[list[float]] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points
