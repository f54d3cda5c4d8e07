"""The map: every unit said in words and pattern, nothing overlapping, nothing unescaped, small enough."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from django.contrib.staticfiles import finders
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from atarraya.territory import facts, geometry, labels
from atarraya.territory.drawing import WIDTH, draw_map
from atarraya.territory.geometry import Detail
from atarraya.territory.labels import Box, Spot
from atarraya.territory.models import Boundary
from atarraya.territory.rules import Mark

SVG = "{http://www.w3.org/2000/svg}"
DEMO = [
    "27001",
    "27099",
    "27425",
    "27615",
    "27150",
    "27800",
    "27006",
    "27025",
    "27361",
    "27450",
    "27491",
    "27745",
    "27205",
    "27250",
    "05873",
]


@dataclass
class Town:
    code: str
    name: str
    department: str = "Norte"
    lat: float | None = 5.0
    lon: float | None = -76.0


@pytest.fixture(autouse=True)
def spanish() -> object:
    with translation.override("es"):
        yield


def demo() -> list[Town]:
    rows = {row["code"]: row for row in facts.read("CO").units}
    return [
        Town(code, row["name"], row["department"], float(row["lat"]), float(row["lon"]))
        for code in DEMO
        for row in [rows[code]]
    ]


def coast(column: int, row: int, points: int = 150) -> shapely.Polygon:
    """A surface in degrees with a ragged edge, as real outlines have."""
    ring = []
    for step in range(points):
        angle = 2 * math.pi * step / points
        reach = 0.22 + 0.02 * math.sin(9 * angle + column) + 0.01 * math.sin(31 * angle + row)
        ring.append((-77 + 0.5 * column + reach * math.cos(angle), 4.5 + 0.5 * row + reach * math.sin(angle)))
    return shapely.Polygon(ring)


def outline(*shapes: shapely.Polygon, parallel: float = 6.0) -> Boundary:
    small, _shared = geometry.simplified([shapely.MultiPolygon(shapes)], parallel, Detail())
    made = geometry.encoded(small[0])
    assert made is not None
    return Boundary(path=made.path, parallel=parallel)


def drawn(units: list[Town], states: dict[str, Mark], **boundaries: Boundary) -> str:
    return draw_map(units, states, boundaries=boundaries, link=lambda code: f"/m/{code}/")


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def links(svg: str) -> dict[str, ElementTree.Element]:
    return {link.get("href", ""): link for link in parsed(svg).iter(f"{SVG}a") if link.get("aria-label")}


def test_every_unit_is_a_link_that_says_its_state_in_words() -> None:
    units = [Town("1", "Agua Mansa"), Town("2", "Caño Claro", lat=5.5), Town("3", "Río Hondo", lat=6.0)]
    svg = drawn(units, {"1": Mark("alerts", "3"), "2": Mark("spoke"), "3": Mark("unknown")})
    found = links(svg)
    assert {href: link.get("aria-label") for href, link in found.items()} == {
        "/m/1/": "Agua Mansa (Norte): hay alertas: 3",
        "/m/2/": "Caño Claro (Norte): hablaron y no avisan peligro",
        "/m/3/": "Río Hondo (Norte): no sabemos",
    }
    assert {link.findtext(f"{SVG}title") for link in found.values()} == {
        link.get("aria-label") for link in found.values()
    }
    assert [link.get("class") for link in found.values()].count("map-alerts") == 1


def test_names_and_states_are_also_written_on_the_map() -> None:
    svg = drawn([Town("1", "Agua Mansa")], {"1": Mark("alerts", "3")})
    texts = [span.text for span in parsed(svg).iter(f"{SVG}tspan")]
    assert texts == ["Agua Mansa", "hay alertas: 3"]


def test_a_unit_nobody_spoke_of_is_hatched_and_never_blank() -> None:
    svg = drawn([Town("1", "Agua Mansa")], {})
    assert "no sabemos" in svg
    assert 'class="map-unknown"' in svg
    fills = {shape.get("fill") for shape in parsed(svg).iter(f"{SVG}circle") if shape.get("class") == "map-area"}
    assert fills == {"url(#map-unknown)"}


def test_states_differ_without_colour() -> None:
    units = [Town("1", "Uno"), Town("2", "Dos", lat=5.5), Town("3", "Tres", lat=6.0)]
    svg = drawn(units, {"1": Mark("alerts"), "2": Mark("spoke")})
    fills = {link.find(f"{SVG}circle[@class='map-area']").get("fill") for link in links(svg).values()}  # type: ignore[union-attr]
    assert fills == {"silver", "url(#map-spoke)", "url(#map-unknown)"}
    assert len(list(parsed(svg).iter(f"{SVG}pattern"))) == 2


def test_the_legend_says_the_three_states_and_no_other() -> None:
    texts = [text.text for text in parsed(drawn([], {})).iter(f"{SVG}text")]
    assert texts == ["hay alertas", "hablaron y no avisan peligro", "no sabemos"]


def test_there_is_no_green_and_no_word_for_safe() -> None:
    css = Path(str(finders.find("territory/map.css"))).read_text("utf-8")
    svg = drawn(demo(), {code: Mark(["alerts", "spoke", "unknown"][place % 3]) for place, code in enumerate(DEMO)})
    for red, green, blue in re.findall(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", css):
        assert not int(green, 16) > max(int(red, 16), int(blue, 16)) + 8
    assert not re.search(
        r"green|lime|safe|calm|segur|tranquil|a salvo|normal\b", css.replace("normal;", "") + svg, re.I
    )


def test_an_unknown_state_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="safe"):
        drawn([Town("1", "Uno")], {"1": Mark("safe")})


def test_everything_is_escaped() -> None:
    evil = '"><script>alert(1)</script>&'
    units = [Town('1"', evil, evil), Town("2", evil, lat=6.0)]
    svg = draw_map(
        units,
        {'1"': Mark("alerts", evil)},
        boundaries={"2": outline(coast(0, 0))},
        link=lambda code: f'/m/"{code}<>&x=1/',
        prefix='p"<',
    )
    assert "<script" not in svg
    root = parsed(svg)
    assert {link.get("href") for link in root.iter(f"{SVG}a")} == {'/m/"1"<>&x=1/', '/m/"2<>&x=1/'}


def test_nothing_needs_what_the_content_policy_forbids() -> None:
    svg = drawn(demo(), {}, **{"27001": outline(coast(0, 0))})
    assert not re.search(r"\bstyle=|<style|<script|\son\w+=|https?:|data:|<image|<use|foreignObject", svg)


def test_outlines_are_drawn_where_there_are_and_points_where_not() -> None:
    units = [Town("1", "Uno"), Town("2", "Dos", lat=6.5, lon=-76.2)]
    found = links(drawn(units, {}, **{"1": outline(coast(0, 0), coast(1, 1))}))
    assert found["/m/1/"].find(f"{SVG}path") is not None
    assert found["/m/2/"].find(f"{SVG}circle") is not None


def test_a_unit_with_neither_outline_nor_point_is_left_out() -> None:
    assert list(links(drawn([Town("1", "Uno"), Town("2", "Dos", lat=None, lon=None)], {}))) == ["/m/1/"]


def test_an_outline_too_small_to_see_is_a_point() -> None:
    tiny = shapely.box(-76.0001, 5.0, -76.0, 5.0001)
    far = shapely.box(-79, 1, -70, 12)
    found = links(drawn([Town("1", "Uno"), Town("2", "Dos")], {}, **{"1": outline(tiny), "2": outline(far)}))
    assert found["/m/1/"].find(f"{SVG}circle") is not None
    assert found["/m/2/"].find(f"{SVG}path") is not None


def test_outlines_of_two_imports_meet_in_one_projection() -> None:
    left, right = shapely.box(-77, 5, -76.5, 6), shapely.box(-76.5, 5, -76, 6)
    svg = drawn([Town("1", "Uno"), Town("2", "Dos")], {}, **{"1": outline(left), "2": outline(right, parallel=40.0)})
    edges = [numbers(link.find(f"{SVG}path").get("d", "")) for link in links(svg).values()]  # type: ignore[union-attr]
    spans = sorted((min(x for x, _ in ring), max(x for x, _ in ring)) for ring in edges)
    assert abs(spans[0][1] - spans[1][0]) <= 2
    assert abs((spans[0][1] - spans[0][0]) - (spans[1][1] - spans[1][0])) <= 4


def numbers(path: str) -> list[tuple[int, int]]:
    """The points of a path of one ring."""
    start, steps = path.removeprefix("M").removesuffix("z").split("l")
    x, y = map(int, re.findall(r"-?\d+", start))
    points, rest = [(x, y)], list(map(int, re.findall(r"-?\d+", steps)))
    for dx, dy in zip(rest[::2], rest[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def test_fifteen_ragged_outlines_stay_under_25_kilobytes() -> None:
    boundaries = {code: outline(coast(place % 3, place // 3, 900)) for place, code in enumerate(DEMO)}
    states = {code: Mark("alerts", "12") for code in DEMO}
    svg = drawn(demo(), states, **boundaries)
    assert len(links(svg)) == 15
    assert len(svg.encode()) <= 25 * 1024


def test_fifteen_points_stay_under_12_kilobytes_and_all_are_named() -> None:
    svg = drawn(demo(), {})
    assert len(svg.encode()) <= 12 * 1024
    shown = {"".join(text.itertext()) for text in parsed(svg).iter(f"{SVG}text")}
    for town in demo():
        assert any(
            name.startswith(town.name.replace(" ", "")[:5]) for name in {text.replace(" ", "") for text in shown}
        )


def test_towns_across_a_river_are_two_circles_side_by_side() -> None:
    found = links(drawn(demo(), {}))
    places = [
        (int(circle.get("cx", "0")), int(circle.get("cy", "0")), int(circle.get("r", "0")))
        for code in ("27099", "05873")
        for circle in [found[f"/m/{code}/"].find(f"{SVG}circle[@class='map-area']")]
        if circle is not None
    ]
    (x1, y1, radius), (x2, y2, _radius) = places
    assert 2 * radius <= math.dist((x1, y1), (x2, y2)) <= 3 * radius


def test_no_label_stands_on_another_or_outside() -> None:
    spots = [Spot((40.0 * (place % 5) + 60, 50.0 * (place // 5) + 60), 9, 70, 30) for place in range(15)]
    frame = Box(0, 0, WIDTH, 300)
    placed = labels.place_labels(spots, frame)
    boxes = [shapely.box(p.box.left, p.box.top, p.box.right, p.box.bottom) for p in placed if p]
    assert len(boxes) >= 12
    for first, one in enumerate(boxes):
        assert shapely.box(0, 0, WIDTH, 300).covers(one)
        assert all(one.intersection(other).area == 0 for other in boxes[first + 1 :])


def test_a_crowd_names_its_warnings_first() -> None:
    towns = [
        Town(str(place), f"Lugar {place}", lat=5 + place % 6 * 0.1, lon=-76 + place // 6 * 0.1) for place in range(36)
    ]
    svg = drawn(towns, {str(place): Mark("alerts", "1") for place in range(0, 36, 9)})
    written = ["".join(text.itertext()) for text in parsed(svg).iter(f"{SVG}text")]
    for place in range(0, 36, 9):
        assert any(f"Lugar {place}hay alertas: 1" == text for text in written)
    assert len(links(svg)) == 36


def test_drawing_twice_gives_the_same() -> None:
    assert drawn(demo(), {}) == drawn(demo(), {})


def test_a_map_of_nothing_or_of_one_point_is_still_a_map() -> None:
    assert parsed(drawn([], {})).get("role") == "group"
    one = parsed(drawn([Town("1", "Uno")], {}))
    circle = one.find(f".//{SVG}circle[@class='map-area']")
    assert circle is not None and int(circle.get("cx", "0")) == WIDTH


def test_two_maps_on_a_page_have_their_own_ids() -> None:
    ids = [
        set(re.findall(r'\bid="([^"]+)"', draw_map([], {}, boundaries={}, link=str, prefix=prefix)))
        for prefix in ("one", "two")
    ]
    assert not ids[0] & ids[1]
    for prefix, found in zip(("one", "two"), ids, strict=True):
        svg = draw_map([Town("1", "Uno")], {}, boundaries={}, link=str, prefix=prefix)
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= found
        assert set(re.findall(r'aria-labelledby="([^"]+)"', svg)) <= found


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Bojayá", ["Bojayá"]),
        ("Vigía del Fuerte", ["Vigía", "del Fuerte"]),
        ("El Litoral del San Juan", ["El Litoral", "del San Juan"]),
        ("Quibdóquibdóquibdó", ["Quibdóquibdóquibdó"]),
    ],
)
def test_long_names_take_two_lines(name: str, lines: list[str]) -> None:
    assert labels.wrapped(name) == lines


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_spreading_parts_what_is_too_near_and_leaves_the_rest(points: list[tuple[float, float]]) -> None:
    moved = labels.spread(points, 20)
    assert len(moved) == len(points)
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in moved)
    if len(points) == 2 and math.dist(*points) >= 20:
        assert moved == points
    if len(points) == 2:
        assert math.dist(*moved) >= 19.9


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(st.lists(st.tuples(NAMES, st.floats(-89, 89), st.floats(-179, 179)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_names_and_places_draw_well_formed(rows: list[tuple[str, float, float]]) -> None:
    units = [Town(str(place), name, name, lat, lon) for place, (name, lat, lon) in enumerate(rows)]
    svg = drawn(units, {str(place): Mark("alerts", name) for place, (name, _lat, _lon) in enumerate(rows)})
    assert len(links(svg)) == len(rows)
    assert "nan" not in json.dumps(re.findall(r'\b(?:d|cx|cy|x|y)="([^"]*)"', svg))
