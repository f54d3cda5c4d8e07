"""The `.venv` folder: made with or without python3-venv, filled from lock files whose every file has a hash."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from machine import PYTHON, ROOT, SETUP, VENV, debian, site_packages, steps
from machine.words import CannotGoOn, say

LOCKS = {"build": ROOT / "requirements" / "build.txt", "dev": ROOT / "requirements" / "dev.txt"}
COMMANDS = {"atarraya": "atarraya.command", "atarraya-workbench": "atarraya_workbench.entry"}
SCRIPT = """#!{python}
import sys

from {package} import main

sys.exit(main())
"""


def make() -> None:
    """Make `.venv` if there is none that works."""
    if _works():
        return
    say("Preparo un entorno de Python en .venv", "Making a Python environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("venv") is None:
        raise CannotGoOn(
            "A este Python le falta el módulo venv: instale el paquete python3 completo (apt install python3).",
            "This Python lacks its venv module: install the whole python3 package (apt install python3).",
        )
    whole = importlib.util.find_spec("ensurepip") is not None
    if whole and steps.run([sys.executable, "-m", "venv", VENV]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    pip = _find_pip()
    if not steps.run([sys.executable, "-m", "venv", "--without-pip", VENV]):
        raise CannotGoOn(
            "No se pudo crear .venv: revise espacio y permisos.",
            "Could not make .venv: check space and rights.",
        )
    if not steps.run([PYTHON, pip, "install", "--quiet", *_constraint(), "pip"]):
        shutil.rmtree(VENV, ignore_errors=True)
        raise _no_packages()


def install(level: str) -> None:
    """Install the packages of a lock file (`build`: to run and build; `dev`: to test as well)."""
    made_from = {name: steps.digest([lock, sys.version, str(VENV)]) for name, lock in LOCKS.items()}
    if steps.is_done("python-dev", made_from["dev"]) and steps.is_done("python-build", made_from["build"]):
        return

    def work() -> None:
        say(
            "Instalo los paquetes de Python (unos minutos la primera vez)",
            "Installing Python packages (minutes, the first time)",
        )
        pip: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]
        pip += ["--require-hashes", "--only-binary=:all:", "-r", LOCKS[level]]
        if not steps.run(pip):
            raise _no_packages()

    steps.once(f"python-{level}", made_from[level], [PYTHON], work)
    if level == "dev":  # the longer list holds the shorter one
        steps.once("python-build", made_from["build"], [PYTHON], lambda: None)


def install_project() -> None:
    """Make the packages and their commands work from this checkout."""
    packages = site_packages()
    if packages is None:
        raise CannotGoOn("Falta .venv: borre var/setup y repita.", ".venv is missing: delete var/setup and run again.")
    (packages / "atarraya.pth").write_text(f"{ROOT / 'src'}\n")
    for name, package in COMMANDS.items():
        command = VENV / "bin" / name
        command.write_text(SCRIPT.format(python=PYTHON, package=package))
        command.chmod(0o755)


def _works() -> bool:
    made_from = f"{PYTHON}{sys.version}"
    if steps.is_done("venv", made_from, [PYTHON, VENV / "bin" / "pip"]):
        return True
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if not PYTHON.exists() or not steps.run([PYTHON, "-c", check]):
        return False
    return steps.once("venv", made_from, [PYTHON], lambda: None) or True


def _constraint() -> list[str | Path]:
    """Hold pip itself to the locked version."""
    pinned = [line.split(" ")[0] for line in LOCKS["build"].read_text().splitlines() if line.startswith("pip==")]
    if not pinned:
        return []
    SETUP.mkdir(parents=True, exist_ok=True)
    path = SETUP / "pip-version.txt"
    path.write_text("\n".join(pinned) + "\n")
    return ["-c", path]


def _find_pip() -> Path:
    """Return a pip that needs no installing: a wheel on this machine, or the one in Debian's package."""
    folders = [Path("/usr/share/python-wheels"), SETUP / "pip" / "usr" / "share" / "python-wheels"]
    for attempt in range(3):
        for folder in folders:
            for wheel in sorted(folder.glob("pip-*.whl"), reverse=True):
                return wheel / "pip"
        if not debian.available() or attempt == 2:
            break
        say("Busco pip en los paquetes de Debian (sin root)", "Looking for pip in Debian's packages (no root)")
        if attempt == 1 or not debian.has_lists():
            debian.update()
        debian.unpack_alone("python3-pip-whl", SETUP / "pip")
    raise CannotGoOn(
        "No hay pip en este computador ni cómo traerlo: revise la conexión, o instale el paquete python3-venv, y repita.",
        "There is no pip on this machine nor a way to fetch it: check the connection, or install the package python3-venv, and run again.",
    )


def _no_packages() -> CannotGoOn:
    wheel_less = "" if os.uname().machine in ("x86_64", "aarch64") else f" ({os.uname().machine})"
    return CannotGoOn(
        f"No se pudieron instalar los paquetes de Python{wheel_less}: revise la conexión y repita (detalle en {steps.LOG}).",
        f"Python packages could not be installed{wheel_less}: check the connection and run again (details in {steps.LOG}).",
    )
