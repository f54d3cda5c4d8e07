"""Importing outlines: cleaned, simplified with shared borders, projected; faults told by feature; all or nothing."""

from __future__ import annotations

import json
import math
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping

from atarraya.territory import geometry, outlines, queries
from atarraya.territory.geometry import Detail
from atarraya.territory.models import Alias, Boundary
from atarraya.territory.refusals import ImportRefused
from atarraya.territory.services.importing import import_boundaries

FINE = Detail(metres=50, part_km2=0.5, hole_km2=0.5)


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def three(place: Any) -> None:
    """Three units without outlines: west, east and an islet."""
    for code, name in (("X1", "Oeste"), ("X2", "Este"), ("X3", "Isla")):
        place(code, name)


def wavy(lon: float, lat: float, other_lon: float, other_lat: float, points: int = 200) -> list[tuple[float, float]]:
    """A line with small waves between two points: what simplification is for."""
    steps = [step / points for step in range(points + 1)]
    return [
        (lon + (other_lon - lon) * part + 0.002 * math.sin(part * 60), lat + (other_lat - lat) * part) for part in steps
    ]


BORDER = wavy(-76.5, 5.0, -76.5, 6.0)
WEST = shapely.Polygon([(-77, 5), *BORDER, (-77, 6)])
EAST = shapely.Polygon([(-76, 5), (-76, 6), *BORDER[::-1]])


def feature(code: object, shape: Any, **properties: object) -> dict[str, Any]:
    outline = shape if shape is None or isinstance(shape, dict) else mapping(shape)
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": outline}


def saved(folder: Path, *features: Any) -> Path:
    path = folder / "outlines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def refused(path: Path, *arguments: str, **options: Any) -> list[tuple[int | None, str]]:
    with pytest.raises(ImportRefused) as refusal:
        import_boundaries(path, *arguments, **options)
    assert not Boundary.objects.exists()
    return refusal.value.problems


def drawn(code: str) -> Any:
    """The stored outline as shapely sees it, in projected units."""
    polygons = geometry.decoded(Boundary.objects.get(unit=code).path)
    return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons])


def test_neighbours_still_share_their_border_and_are_small(three: None, tmp_path: Path) -> None:
    done = import_boundaries(saved(tmp_path, feature("X1", WEST), feature("X2", EAST)), "code")
    assert (done.stored, done.skipped, done.shared) == (2, 0, True)
    west, east = drawn("X1"), drawn("X2")
    assert west.is_valid and east.is_valid
    assert west.intersection(east).area == 0
    border = west.intersection(east).length
    assert border == pytest.approx(10_000, rel=0.02)
    assert len(shapely.get_coordinates(west)) < 40 < len(shapely.get_coordinates(WEST)) / 5
    assert sum(len(row.path) for row in Boundary.objects.all()) < 500


def test_the_place_and_size_are_kept(three: None, tmp_path: Path) -> None:
    import_boundaries(saved(tmp_path, feature("X1", WEST)), "code")
    row = Boundary.objects.get()
    assert row.parallel == 5.5
    left, top = geometry.project(-77, 6, row.parallel)
    right, bottom = geometry.project(-76.5, 5, row.parallel)
    assert abs(row.left - left) <= 1 and abs(row.top - top) <= 1 and abs(row.bottom - bottom) <= 1
    assert abs(row.right - right) < 40
    assert drawn("X1").area == pytest.approx(WEST.area * geometry.SCALE**2 * math.cos(math.radians(5.5)), rel=0.01)


def test_the_property_with_the_codes_is_found(three: None, tmp_path: Path) -> None:
    path = saved(tmp_path, feature("1", WEST, CVE="X1", NOMBRE="Oeste"), feature("2", EAST, CVE="X2", NOMBRE="Este"))
    assert import_boundaries(path).stored == 2


def test_the_features_own_id_can_be_the_code(three: None, tmp_path: Path) -> None:
    assert import_boundaries(saved(tmp_path, {**feature("?", WEST), "id": "X1"})).stored == 1


def test_an_old_code_leads_to_todays_unit(three: None, tmp_path: Path) -> None:
    Alias.objects.create(unit_id="X2", kind="code", text="X9")
    import_boundaries(saved(tmp_path, feature("X9", EAST)), "code")
    assert list(queries.boundaries(["X1", "X2"])) == ["X2"]


def test_several_features_of_one_unit_are_joined(three: None, tmp_path: Path) -> None:
    import_boundaries(saved(tmp_path, feature("X1", WEST), feature("X1", EAST)), "code")
    assert len(drawn("X1").geoms) == 1
    assert drawn("X1").area == pytest.approx((WEST.area + EAST.area) * 1e8 * math.cos(math.radians(5.5)), rel=0.01)


def test_a_bow_tie_is_untied(three: None, tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[-77, 5], [-76, 6], [-76, 5], [-77, 6], [-77, 5]]]}
    import_boundaries(saved(tmp_path, feature("X1", bow)), "code")
    assert drawn("X1").is_valid
    assert len(drawn("X1").geoms) == 2


def test_slivers_and_small_holes_go_and_large_ones_stay(three: None, tmp_path: Path) -> None:
    lake = shapely.box(-76.9, 5.4, -76.7, 5.6)
    pond = shapely.box(-76.61, 5.2, -76.605, 5.205)
    sliver = shapely.box(-77.5, 5, -77.499, 5.001)
    shape = WEST.difference(lake).difference(pond).union(sliver)
    import_boundaries(saved(tmp_path, feature("X1", shape)), "code")
    assert len(drawn("X1").geoms) == 1
    assert len(drawn("X1").geoms[0].interiors) == 1


def test_a_small_hole_that_is_another_unit_stays_open(three: None, tmp_path: Path) -> None:
    islet = shapely.box(-76.8, 5.2, -76.79, 5.21)
    features = [feature("X1", WEST.difference(islet)), feature("X3", islet)]
    done = import_boundaries(saved(tmp_path, *features), "code")
    assert done.shared
    assert drawn("X1").intersection(drawn("X3")).area == 0
    assert drawn("X3").area > 0


def test_a_unit_that_is_only_an_islet_is_kept(three: None, tmp_path: Path) -> None:
    import_boundaries(saved(tmp_path, feature("X3", shapely.box(-77.5, 5, -77.497, 5.003))), "code")
    assert drawn("X3").area > 0


def test_overlaps_and_gaps_are_mended_so_that_borders_are_shared(three: None, tmp_path: Path) -> None:
    west, east = shapely.box(-77, 5, -76.4999, 6), shapely.box(-76.5, 5, -76, 6)
    done = import_boundaries(saved(tmp_path, feature("X1", west), feature("X2", east)), "code", detail=FINE)
    assert done.shared
    assert drawn("X1").intersection(drawn("X2")).area == 0


def test_a_collection_keeps_only_what_has_surface(three: None, tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([WEST, shapely.Point(-70, 1), shapely.LineString([(-70, 1), (-71, 1)])])
    import_boundaries(saved(tmp_path, feature("X1", mixed)), "code")
    assert Boundary.objects.get().right < geometry.project(-76, 5, 5.5)[0]


def test_heights_are_dropped(three: None, tmp_path: Path) -> None:
    import_boundaries(saved(tmp_path, feature("X1", shapely.force_3d(WEST, 12))), "code")
    assert Boundary.objects.count() == 1


def test_a_second_import_replaces_and_leaves_others(three: None, tmp_path: Path) -> None:
    import_boundaries(saved(tmp_path, feature("X1", WEST), feature("X2", EAST)), "code")
    import_boundaries(saved(tmp_path, feature("X1", shapely.box(-77, 5, -76.9, 5.1))), "code")
    assert set(queries.boundaries(["X1", "X2", "X3"])) == {"X1", "X2"}
    assert drawn("X1").area < drawn("X2").area / 10


def test_unknown_units_are_told_or_skipped(three: None, tmp_path: Path) -> None:
    path = saved(tmp_path, feature("X1", WEST), feature("Z7", EAST), feature(None, EAST), feature(5873, EAST))
    assert refused(path, "code") == [
        (2, "No municipality has the code Z7. It may have lost its zero."),
        (3, "This feature has no property code."),
        (4, "No municipality has the code 5873. It may have lost its zero."),
    ]
    done = import_boundaries(path, "code", skip_unknown=True)
    assert (done.stored, done.skipped) == (1, 3)


def test_one_bad_feature_refuses_the_whole_file(three: None, tmp_path: Path) -> None:
    path = saved(tmp_path, feature("X1", WEST), feature("X2", shapely.LineString([(0, 0), (1, 1)])))
    assert refused(path, "code") == [(2, "This feature has no outline.")]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (None, "This feature has no outline."),
        ({"type": "Point", "coordinates": [1, 2]}, "This feature has no outline."),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, "The points of this outline can't be read."),
        ({"type": "Polygon", "coordinates": "here"}, "The points of this outline can't be read."),
        ({"type": "Polygon", "coordinates": [[["a", 1], [1, 2], [3, 4]]]}, "The points of this outline can't be read."),
        ({"type": "Polygon"}, "The points of this outline can't be read."),
        ({"type": "Polygon", "coordinates": []}, "The points of this outline can't be read."),
        ({"type": "GeometryCollection", "geometries": [7]}, "The points of this outline can't be read."),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [3, 3], [1, 1]]]}, "This outline has no surface."),
        (
            {"type": "Polygon", "coordinates": [[[4.4e6, 2.1e6], [4.5e6, 2.1e6], [4.5e6, 2.2e6], [4.4e6, 2.1e6]]]},
            "The points are not longitude and latitude in degrees (WGS 84).",
        ),
        (
            {"type": "Polygon", "coordinates": [[[1e999, 1], [2, 2], [3, 1], [1e999, 1]]]},
            "The points of this outline can't be read.",
        ),
    ],
)
def test_outlines_that_cannot_be_drawn_are_told(three: None, tmp_path: Path, shape: Any, said: str) -> None:
    assert refused(saved(tmp_path, feature("X1", shape)), "code") == [(1, said)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"code,name\n1,2\n", "This is not GeoJSON nor TopoJSON."),
        (b"\x1f\x8b\x08\x00", "This file is compressed. Unpack it first."),
        (b"PK\x03\x04", "This file is compressed. Unpack it first."),
        (b'{"type": "FeatureCollection", "features": [', "The file is cut or damaged here: it can't be read as JSON."),
        (b'{"a":' * 5000, "The file is cut or damaged here: it can't be read as JSON."),
        (b'{"a": "\xff\xfe"}', "The file is cut or damaged here: it can't be read as JSON."),
        (b'{"type": "Feature"}', "This is not GeoJSON nor TopoJSON."),
        (b'{"type": "FeatureCollection", "features": []}', "The file holds no features."),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "The file holds no features."),
        (b'{"type": "FeatureCollection", "features": [7]}', "This feature has no outline."),
        (b'{"type": "Topology", "objects": {}, "arcs": []}', "The file holds no features."),
        (b'{"type": "Topology", "objects": 3}', "The arcs of this TopoJSON don't fit together."),
    ],
)
def test_what_is_no_geojson_is_refused_in_one_sentence(three: None, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(content)
    assert [sentence for _number, sentence in refused(path)] == [said]


def test_a_file_where_no_property_fits_says_so(three: None, tmp_path: Path) -> None:
    path = saved(tmp_path, feature("Z1", WEST), feature("Z2", EAST))
    assert refused(path) == [(None, "No property of these features holds the codes. Import the units first.")]
    assert refused(path, "code", skip_unknown=True) == [(None, "No feature of this file is a municipality known here.")]


@pytest.mark.parametrize("junk", [b"\x00\x01\x02\x03", b"x", b'{"', b"{}"])
def test_twenty_megabytes_of_junk_are_refused_at_the_beginning(db: None, tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.geojson"
    path.write_bytes(junk * (20 * 1024 * 1024 // len(junk)))
    tracemalloc.start()
    try:
        refused(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # What begins like JSON must be read to be judged; the rest is not read at all.
    assert peak < (64 if junk == b'{"' else 2) * 1024 * 1024


def test_a_file_that_is_too_large_is_not_opened(db: None, tmp_path: Path) -> None:
    path = tmp_path / "large.geojson"
    with path.open("wb") as file:
        file.truncate(outlines.MOST_BYTES + 1)
    assert refused(path) == [(None, "The file is larger than 160 MB.")]


def test_simple_topojson_is_read_with_its_shared_arcs(three: None, tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [-77, 5]},
        "objects": {
            "units": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"c": "X1"}},
                    {"type": "MultiPolygon", "arcs": [[[-1, 2]]], "properties": {"c": "X2"}},
                    {"type": "Point", "coordinates": [1, 1], "properties": {"c": "X3"}},
                ],
            }
        },
        "arcs": [
            [[50, 0], [0, 100]],
            [[50, 100], [-50, 0], [0, -100], [50, 0]],
            [[50, 0], [50, 0], [0, 100], [-50, 0]],
        ],
    }
    path = tmp_path / "topology.json"
    path.write_text(json.dumps(topology))
    done = import_boundaries(path)
    assert (done.stored, done.shared) == (2, True)
    assert drawn("X1").intersection(drawn("X2")).length == pytest.approx(10_000, abs=2)
    for fault in ({"arcs": topology["arcs"][:1]}, {"transform": {"scale": [1]}}, {"objects": {"a": {}}}):
        path.write_text(json.dumps({**topology, **fault}))
        with pytest.raises(ImportRefused):
            import_boundaries(path)


def test_progress_is_told_to_the_end(three: None, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = saved(tmp_path, feature("X1", WEST), feature("X2", EAST))
    import_boundaries(path, "code", progress=lambda *step: told.append(step))
    assert told[0] == (0, 4) and told[-1] == (4, 4)
    assert told == sorted(told)


POINTS = st.tuples(st.integers(-30_000, 30_000), st.integers(-30_000, 30_000))


@given(st.lists(POINTS, min_size=3, max_size=40, unique=True))
@settings(max_examples=200, deadline=None)
def test_a_path_is_read_back_as_it_was_written(points: list[tuple[int, int]]) -> None:
    shape = shapely.Polygon(points)
    made = geometry.encoded(shapely.MultiPolygon([shape]))
    assert made is not None
    read = geometry.decoded(made.path)
    assert read == [[points]]
    assert (made.left, made.top) == (min(x for x, _ in points), min(y for _, y in points))
    assert (made.right, made.bottom) == (max(x for x, _ in points), max(y for _, y in points))


def test_what_rounds_away_is_not_written() -> None:
    assert geometry.encoded(shapely.MultiPolygon([shapely.box(0.1, 0.1, 0.2, 0.2)])) is None
    kept = geometry.encoded(shapely.MultiPolygon([shapely.box(0, 0, 9, 9).difference(shapely.box(4.1, 4.1, 4.2, 4.2))]))
    assert kept is not None
    assert [len(polygon) for polygon in geometry.decoded(kept.path)] == [1]
