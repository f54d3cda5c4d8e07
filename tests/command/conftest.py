"""Installations for the command line's tests: founded once, copied for each test."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest

from support.living import Home
from support.once import founded_once

SCENES = Path(__file__).with_name("scenes.py")


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The cast's network, as it stands after its founding. Not to be changed: take `home`."""
    return founded_once(tmp_path_factory)


@pytest.fixture
def home(founded: Home, tmp_path: Path) -> Iterator[Home]:
    """A copy of the founded network that a test may change."""
    copy = founded.copy(tmp_path)
    yield copy
    copy.remove()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Home]:
    """A place for an installation, with an empty database."""
    place = Home.empty(tmp_path)
    yield place
    place.remove()


@dataclass
class Safe:
    """Whoever keeps the backups: a key that no server has, and the file it is in."""

    recipient: str
    identity: str
    file: Path


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    identity = pyrage.x25519.Identity.generate()
    path = tmp_path / "offline-key.txt"
    path.write_text(f"# created elsewhere\n# public key: {identity.to_public()}\n{identity}\n")
    return Safe(str(identity.to_public()), str(identity), path)


def scene(home: Home, act: str, **said: Any) -> Any:
    """Let something happen inside an installation, in a process of its own; return what it tells."""
    done = home.run([sys.executable, str(SCENES), act, json.dumps(said)])
    return json.loads(done.stdout.splitlines()[-1])
