"""The open feeds at a hundred thousand alerts: how long each takes, kept and made anew, and what it weighs."""

from __future__ import annotations

import re
import urllib.request

from bench.board import FRESH, KEPT, after_changes, changer, fill
from bench.figures import Row, Timing
from bench.load import request
from bench.run import POSTGRES, SQLITE, Bench, send
from support.living import Live

SECTION = "Open feeds"
SIZE = 100_000
FEEDS = {
    "Atom index": "/datos/atom.xml",
    "RSS index": "/datos/rss.xml",
    "CSV, first page": "/datos/lista.csv",
    "GeoJSON, first page": "/datos/mapa.geojson",
    "CSV, page 30": "/datos/lista.csv?pagina=30",
    "Atom index of one municipality": "/datos/atom.xml?municipio=27099",
}


def run(bench: Bench) -> list[Row]:
    """Measure every public feed on both databases."""
    rows: list[Row] = []
    size = 2_000 if bench.quick else SIZE
    for database in (SQLITE, POSTGRES):
        home = bench.kept_home(f"feeds {database}", database)
        bench.say(f"feeds: {database}, filling to {size:,} alerts")
        fill(home, size)
        bench.say(f"feeds: {database}, measuring")
        with home.live("serve", "--plain-http") as live, changer(home) as change:
            for name, address in {**FEEDS, "one message as CAP": _message(live)}.items():
                asked = request("GET", address, Accept_Encoding="gzip")
                send(bench, live.port, [asked] * 20)
                kept = [send(bench, live.port, [asked] * KEPT) for _ in range(bench.rounds)]
                fresh = [after_changes(bench, live, asked, change, FRESH) for _ in range(bench.rounds)]
                rows += _told(f"{database}, {size:,} alerts: {name}", kept, fresh)
    return rows


def _message(live: Live) -> str:
    with urllib.request.urlopen(f"{live.url}/datos/atom.xml", timeout=60) as answer:
        found = re.search(r"/datos/cap/[^\"]+\.xml", answer.read().decode())
    if found is None:
        raise RuntimeError("nothing public to measure")
    return found[0]


def _told(name: str, kept: list[Timing], fresh: list[Timing]) -> list[Row]:
    sizes = [timing.answers["200"] / len(timing.seconds) for timing in kept if timing.seconds]
    changed = "after an event in every municipality"
    return [
        Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in kept], "nothing changed"),
        Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in kept], "nothing changed"),
        Row(SECTION, f"{name}: made anew, p50", "ms", [timing.p50 for timing in fresh], changed),
        Row(SECTION, f"{name}: made anew, p99", "ms", [timing.p99 for timing in fresh], changed),
        Row(SECTION, f"{name}: weight", "bytes", sizes, "with headers, gzip"),
    ]
