"""Kannel and gammu, so that the SMS gateway is tried with real programs and no hardware: unpacked, never installed."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from machine import TOOLS, debian, steps
from machine.words import CannotGoOn, say

UNPACKED = TOOLS / "modems"
PACKAGES = ("kannel", "kannel-extras", "gammu", "gammu-smsd")
# What each is asked to prove that it starts, and where Debian puts it.
PROGRAMS = {
    "bearerbox": ("usr/sbin/bearerbox", "--version"),
    "smsbox": ("usr/sbin/smsbox", "--version"),
    "fakesmsc": ("usr/lib/kannel/test/fakesmsc", "--version"),
    "gammu": ("usr/bin/gammu", "--version"),
    "gammu-smsd": ("usr/bin/gammu-smsd", "--version"),
    "gammu-smsd-inject": ("usr/bin/gammu-smsd-inject", "--version"),
}


@dataclass(frozen=True)
class Programs:
    """Where the programs lie: under `root`, with the libraries unpacked beside them."""

    root: Path

    def path(self, name: str) -> str:
        """Return a program's path."""
        return str(self.root / PROGRAMS[name][0])

    def environment(self) -> dict[str, str]:
        """Return the variables under which they start."""
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
        return env | {"LD_LIBRARY_PATH": debian.library_path(self.root)} if self.root != Path("/") else env

    def start(self) -> bool:
        """Tell whether all of them are there and run."""
        return all(self._starts(name, flag) for name, (_path, flag) in PROGRAMS.items())

    def _starts(self, name: str, flag: str) -> bool:
        try:
            run = subprocess.run(
                [self.path(name), flag], capture_output=True, env=self.environment(), check=False, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        # fakesmsc knows no --version and says so; what does not find its libraries ends with 127.
        return run.returncode not in {126, 127}


def found() -> Programs | None:
    """Return the programs of this machine or those unpacked here, or None."""
    return next((one for one in (Programs(UNPACKED), Programs(Path("/"))) if one.start()), None)


def get() -> Programs:
    """Find or fetch them. Raises CannotGoOn naming the cure."""
    programs = found()
    if programs is None and debian.available():
        say("Traigo kannel y gammu para las pruebas (sin root)", "Fetching kannel and gammu for the tests (no root)")
        debian.update()
        if debian.unpack_with_missing_parts(list(PACKAGES), UNPACKED):
            programs = found()
    if programs is None:
        raise CannotGoOn(
            f"No hay kannel ni gammu para las pruebas ni cómo traerlos: revise la conexión, o instale los paquetes kannel, kannel-extras y gammu-smsd, y repita (detalle en {steps.LOG}).",
            f"There is no kannel or gammu for the tests nor a way to fetch them: check the connection, or install the packages kannel, kannel-extras and gammu-smsd, and run again (details in {steps.LOG}).",
        )
    return programs
