"""The checkout itself: documents that lead somewhere, vendored files that match, no trace of where it was made."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from atarraya.command import grammar
from support import house

SUMS = house.ROOT / "tools" / "vendor.sums"
VENDORED = house.PACKAGE / "sealing" / "static" / "vendor"
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
# In two pieces, so that this file does not hold them either.
TRACES = (
    "pypi" + ".org",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "203.0" + ".113.80",
    "/opt/" + "wheels",
    "/wor" + "k/",
)
SETTING = re.compile(r"[\"'](ATARRAYA_[A-Z_]+|DATABASE_URL|DEMO_PUBLIC)[\"']")


def documents() -> list[Path]:
    return house.named(".md")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_vendored_files_match_their_sums() -> None:
    wanted = {name: digest for digest, name in (line.split("  ") for line in SUMS.read_text().splitlines())}
    assert wanted, "tools/vendor.sums is empty"
    served = [path for path in VENDORED.iterdir() if not path.name.endswith(".d.ts")]
    assert {path.name for path in served} == set(wanted), "run `make setup`"
    built = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in served}
    assert built == wanted, "not the bytes that were reviewed; `make vendor` records a deliberate change"


def test_a_vendored_file_asks_for_nothing_that_is_not_served() -> None:
    """A release names every file by what is in it: one that asks for another by a bare name cannot be served."""
    asked = {
        path.name: re.findall(r"(?:\bimport\s*\(|\bfrom)\s*[\"']([^\"']+)", path.read_text(encoding="utf-8"))
        for path in VENDORED.glob("*.js")
    }
    assert len(asked) > 4 and not any(asked.values()), asked


@pytest.mark.parametrize("path", documents(), ids=house.shown)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    targets = [first or second for first, second in LINK.findall(text)]
    local = [target for target in targets if not re.match(r"[a-z]+:|#|/", target)]
    broken = [target for target in local if not (path.parent / target.split("#")[0]).exists()]
    assert not broken


def test_every_command_and_setting_is_documented() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in documents())
    silent = [name for name in (each.name for each in grammar.commands()) if f"atarraya {name}" not in written]
    used = {name for path in house.python_of_rooms() for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    silent += sorted(name for name in used if name not in written)
    assert not silent, f"in no document: {', '.join(silent)}"


def test_the_tree_names_no_package_server() -> None:
    found = [
        f"{house.shown(path)}: {trace}"
        for path in house.files()
        if path.stat().st_size < 3_000_000
        for trace in TRACES
        if trace.encode() in path.read_bytes()
    ]
    assert not found
    locked = json.loads((house.ROOT / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in locked.items() if "resolved" in package]


def test_every_locked_file_has_its_hash() -> None:
    for name in ("runtime", "build", "dev"):
        text = (house.ROOT / "requirements" / f"{name}.txt").read_text()
        pinned = re.findall(r"^[a-z0-9].*(?:\n    --hash.*)*", text, flags=re.M)
        assert len(pinned) > 20
        assert not [entry for entry in pinned if "==" not in entry or "--hash=sha256:" not in entry]


def test_locks_hold_what_the_project_asks_for() -> None:
    project = (house.ROOT / "pyproject.toml").read_text()
    asked = set(re.findall(r'"([A-Za-z0-9_.-]+)(?:\[[a-z]+\])?==([0-9.]+)', project))
    text = (house.ROOT / "requirements" / "dev.txt").read_text()
    locked = {
        (name.lower().replace("_", "-"), version)
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.M)
    }
    assert not {pair for pair in asked if (pair[0].lower().replace("_", "-"), pair[1]) not in locked}, "run `make lock`"


def test_secrets_and_demonstrations_stay_out_of_git() -> None:
    ignored = (house.ROOT / ".gitignore").read_text().splitlines()
    assert {"var/", "node_modules/", ".venv/", "*.mo"} <= set(ignored)
    assert not [
        house.shown(path) for path in house.files() if path.name == "access.json" or path.suffix in {".sqlite3", ".mo"}
    ]
    assert os.access(house.ROOT / ".ci" / "run", os.X_OK)


CONFORMANCE = house.ROOT / "docs" / "conformance.md"


def test_each_rule_names_the_tests_that_hold_it() -> None:
    if not CONFORMANCE.exists():
        pytest.skip("docs/conformance.md is not written yet")
    text = CONFORMANCE.read_text(encoding="utf-8")
    assert not [f"R{number}" for number in range(1, 34) if not re.search(rf"\bR{number}\b", text)]
    named = re.findall(r"`(tests/[\w/.-]+)(?:::(\w+))?`", text)
    assert len(named) > 30
    for path, test in named:
        assert (house.ROOT / path).exists(), path
        assert test in (house.ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"
