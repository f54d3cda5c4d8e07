"""The `age` command, so that our envelopes are held to age's own tool: the system's, else Debian's unpacked."""

from __future__ import annotations

import shutil
from pathlib import Path

from machine import TOOLS, debian, steps
from machine.words import CannotGoOn, say

UNPACKED = TOOLS / "age" / "usr" / "bin"


def folder() -> Path | None:
    """Return the folder that holds `age` and `age-keygen`, or None."""
    if (UNPACKED / "age").exists():
        return UNPACKED
    found = shutil.which("age")
    return Path(found).parent if found else None


def get() -> Path:
    """Find or fetch it. Raises CannotGoOn naming the cure."""
    found = folder()
    if found is not None:
        return found
    if debian.available():
        say("Traigo la herramienta age (sin root)", "Fetching the age tool (no root)")
        debian.update()
        if debian.unpack_alone("age", TOOLS / "age") and steps.run([UNPACKED / "age", "--version"]):
            return UNPACKED
    raise CannotGoOn(
        "No hay herramienta age para las pruebas ni cómo traerla: revise la conexión, o instale el paquete age, y repita.",
        "There is no age tool for the tests nor a way to fetch it: check the connection, or install the package age, and run again.",
    )
