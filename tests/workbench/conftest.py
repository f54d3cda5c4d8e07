"""The workbench's tests: an export without a server, the workbench as a process, and a person at its terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from atarraya_workbench import words
from atarraya_workbench.keys import bundles
from support import starting
from support.exported import Copy
from support.house import ROOT
from support.living import PATHS
from support.terminal import Terminal

WORKBENCH = [str(ROOT / ".venv" / "bin" / "python"), "-m", "atarraya_workbench"]
# ODK's own submissions are no part of this repository: asked for only where a folder of them is named.
collect_ignore = [] if os.environ.get("ODK_FIXTURES") else ["test_odk_published.py"]
SHEET_PROMPTS = ("Primera hoja", "Segunda hoja")


@pytest.fixture(autouse=True)
def spanish() -> None:
    words.speak("es")


@pytest.fixture(scope="session", autouse=True)
def each_rsa_key_tried_once() -> Iterator[None]:
    """Trying an RSA key's primes takes longer than the rest of a test, and the same few keys come in all of them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bundles, "_rsa", cache(bundles._rsa))
        yield


@pytest.fixture
def copy() -> Copy:
    return Copy()


def environment(lang: str = "es") -> dict[str, str]:
    """Return the variables of a machine that knows no server, no settings and no secret."""
    return {"PYTHONPATH": PATHS, "ATARRAYA_LANG": lang, "PATH": os.environ["PATH"], "HOME": "/nonexistent"}


def run(*said: str | Path, lang: str = "es") -> subprocess.CompletedProcess[str]:
    """Run the workbench without a terminal."""
    return starting.run([*WORKBENCH, *map(str, said)], env=environment(lang), session=True)


def sit(*said: str | Path, lang: str = "es") -> Terminal:
    """Sit down at a terminal and start the workbench."""
    return Terminal([*WORKBENCH, *map(str, said), "--swap-is-encrypted"], environment(lang))


def answers(*typed: str) -> Callable[[str], str]:
    """Return what types these one after another when asked, and fails when asked more."""
    left = list(typed)

    def ask(_prompt: str) -> str:
        assert left, f"asked once more than expected: {_prompt}"
        return left.pop(0)

    return ask


@pytest.fixture
def age_tool() -> str:
    """Return the age command."""
    found = shutil.which("age")
    if found is None:
        pytest.skip("the age command is not installed (Debian package: age)")
    return found
