"""The `nginx` program, so that the proxy we hand out is tried with the real one: the system's, else Debian's unpacked."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from machine import TOOLS, debian, steps
from machine.words import CannotGoOn, say

UNPACKED = TOOLS / "nginx"
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin"  # where an ordinary person's PATH does not look


@dataclass(frozen=True)
class Program:
    """nginx, and the folders of libraries it needs beside the system's."""

    path: Path
    libraries: str = ""

    def environment(self) -> dict[str, str]:
        """Return the variables under which it starts."""
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
        return env | ({"LD_LIBRARY_PATH": self.libraries} if self.libraries else {})

    def starts(self) -> bool:
        """Tell whether it is there and runs."""
        try:
            run = subprocess.run([self.path, "-v"], capture_output=True, env=self.environment(), check=False)
        except OSError:
            return False
        return run.returncode == 0


def found() -> Program | None:
    """Return the nginx of this machine or the one unpacked here, or None."""
    unpacked = UNPACKED / "usr" / "sbin" / "nginx"
    candidates = [Program(unpacked, debian.library_path(UNPACKED))] if unpacked.exists() else []
    system = shutil.which("nginx") or shutil.which("nginx", path=SYSTEM_FOLDERS)
    if system:
        candidates.append(Program(Path(system)))
    return next((program for program in candidates if program.starts()), None)


def get() -> Program:
    """Find or fetch it. Raises CannotGoOn naming the cure."""
    program = found()
    if program is None and debian.available():
        say("Traigo nginx para las pruebas (sin root)", "Fetching nginx for the tests (no root)")
        debian.update()
        if debian.unpack_with_missing_parts(["nginx"], UNPACKED):
            program = found()
    if program is None:
        raise CannotGoOn(
            f"No hay nginx para las pruebas ni cómo traerlo: revise la conexión, o instale el paquete nginx, y repita (detalle en {steps.LOG}).",
            f"There is no nginx for the tests nor a way to fetch it: check the connection, or install the package nginx, and run again (details in {steps.LOG}).",
        )
    return program
