"""What takes long to make, made once for all test processes of a run: one makes it, the others wait and copy."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.living import Home


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> tuple[Path, Any]:
    """Return a folder of the whole run, and what `make` returned (plain data) when it filled that folder."""
    own = factory.getbasetemp()
    run = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    folder, told = run / name, run / f"{name}.told"
    with open(run / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            said = make(folder)
            told.touch(mode=0o600)
            told.write_text(json.dumps(said))
        return folder, json.loads(told.read_text())


def founded_once(factory: pytest.TempPathFactory) -> Home:
    """Return this process's copy of the cast's network as it stands after its founding, made once for the run."""

    def make(folder: Path) -> dict[str, Any]:
        home = Home.found(folder)
        return {"folder": str(home.folder), "database": home.database, "secrets": home.secrets}

    _folder, known = once(factory, "founded-once", make)
    original = Home(Path(known["folder"]), known["database"], known["secrets"])
    return original.copy(factory.mktemp("founded"))  # somebody may be reading another's: a copy of it might be torn
