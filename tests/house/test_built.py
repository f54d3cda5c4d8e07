"""The built scripts of the point's page: of these sources, the same bytes anywhere, and nothing newer than Chrome 90."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.test import Client

from atarraya.command import release
from atarraya.terminal.codes import Refused
from machine import node_parts
from support import house

from .test_pages import NEWER, SINKS

BUILT = node_parts.BUILT
SCRIPTS = ("main.js", "seals.js", "map.js", "notices.js", "bysms.js", "worker.js")
APART = 24 * 1024
# What the libraries of sealing try and do without: they ask first. A journey runs the page with all of it deleted.
GUARDED = {"Uint8Array base64 (140)", "WebCrypto curves (133–137)"}
MADE = json.loads((BUILT / "made-of.json").read_text()) if (BUILT / "made-of.json").exists() else {}


def test_they_are_what_these_sources_make(tmp_path: Path) -> None:
    # Elsewhere, and under another folder's name: nothing of the machine may be in them.
    command = [node_parts.home() / "bin" / "node", house.ROOT / "tools" / "bundle.mjs", tmp_path / "other"]
    subprocess.run(command, cwd=tmp_path, env=node_parts.environment(), check=True)
    again = {path.name: path.read_bytes() for path in (tmp_path / "other").iterdir()}
    here = {path.name: path.read_bytes() for path in BUILT.iterdir()} if BUILT.exists() else {}
    assert set(again) == {*SCRIPTS, "made-of.json"}
    assert here == again, "the page's scripts are older than their sources: run `make setup`"


def test_every_source_of_the_page_is_in_them() -> None:
    point = BUILT.parent
    sources = {f"alerts/point/{path.name}" for path in point.glob("*.js")}
    # What is fetched by itself is in no other file.
    assert sources - set(MADE) == {"alerts/point/early.js"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_in_them_is_newer_than_chrome_90_or_makes_code_from_text(name: str) -> None:
    # A name that the build made short may follow three dots: that is no member of anything.
    text = (BUILT / name).read_text().replace("...", "... ")
    guarded = GUARDED if name in {"seals.js", "bysms.js"} else set()
    patterns = {pattern: why for pattern, why in (NEWER | SINKS).items() if why not in guarded}
    assert not [f"{why}: {match[0]}" for pattern, why in patterns.items() for match in re.finditer(pattern, text)]
    assert text.isascii()


def test_one_file_asks_for_four_others_and_for_nothing_more() -> None:
    asked = {name: re.findall(r"\b(?:import|from)\s*\(?[\"']([^\"']+)", (BUILT / name).read_text()) for name in SCRIPTS}
    assert sorted(asked.pop("main.js")) == ["./bysms.js", "./map.js", "./notices.js", "./seals.js"]
    assert asked == {name: [] for name in SCRIPTS if name != "main.js"}


@pytest.mark.django_db
def test_what_is_kept_apart_has_a_budget_of_its_own(client: Client) -> None:
    # *Avisar por SMS*: beside the page's 72 KB, and fetched after them.
    script = brotli.compress((BUILT / "bysms.js").read_bytes(), quality=11)
    for screens in ("/k/es/", "/k/en/"):
        answer = client.get(screens, headers={"Accept-Encoding": "br"})
        assert answer["Content-Encoding"] == "br"
        assert len(script) + len(answer.content) <= APART, (len(script), len(answer.content))


@pytest.fixture
def stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A record of what the scripts were made of, as it was before a source changed."""
    record = tmp_path / "made-of.json"
    shutil.copy(BUILT / "made-of.json", record)
    real = release.finders.find
    monkeypatch.setattr(release.finders, "find", lambda name: str(record) if name == release.MADE_OF else real(name))
    yield record


@pytest.mark.parametrize("change", ["a source changed", "a source left", "nothing was built"])
def test_what_is_stale_is_never_served(stale: Path, change: str) -> None:
    release.refuse_stale()
    if change == "a source changed":
        stale.write_text(json.dumps(MADE | {"alerts/point/report.js": "0" * 64}))
    elif change == "a source left":
        stale.write_text(json.dumps(MADE | {"alerts/point/left.js": "0" * 64}))
    else:
        stale.write_text("{}")
    with pytest.raises(Refused, match="make setup"):
        release.refuse_stale()
