"""One demonstration, built once for all tests here, and a way to look inside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support import starting
from support.living import COMMAND, PATHS
from support.once import once

INSIDE = Path(__file__).with_name("inside.py")


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a person's shell, with nothing of the tests' own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATARRAYA_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": PATHS, "ATARRAYA_LANG": "es", **more}


def demo(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `atarraya demo` in a folder of its own."""
    command = [*COMMAND, "--data", str(folder), "demo", *words]
    return starting.run(command, env=environment(**more), cwd=folder.parent)


@dataclass
class Built:
    """A demonstration on disk and what the build said."""

    folder: Path
    said: str
    told: str

    @property
    def access(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads((self.folder / "access.json").read_text())
        return known

    @property
    def keys(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads((self.folder / "keys" / "demo.json").read_text())
        return known

    def copy(self, where: Path) -> Built:
        shutil.copytree(self.folder, where)
        return Built(where, self.said, self.told)

    def inside(self, act: str, **said: Any) -> Any:
        """Ask something inside it, in a process of its own."""
        command = [sys.executable, str(INSIDE), act, json.dumps(said)]
        done = starting.run(command, env=environment(ATARRAYA_DATA=str(self.folder)))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The demonstration as `make demo` builds it the first time. Not to be changed: take `mine`."""

    def build(where: Path) -> tuple[str, str]:
        done = demo(where / "demo", "--build-only", ATARRAYA_TRACE="1")
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    folder, (said, told) = once(tmp_path_factory, "demonstration", build)
    return Built(folder / "demo", said, told)


@pytest.fixture
def mine(built: Built, tmp_path: Path) -> Built:
    return built.copy(tmp_path / "demo")
