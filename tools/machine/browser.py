"""A Chromium for the journeys: the system's, else Debian's package with all it needs, unpacked under var/tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from machine import SETUP, TOOLS, debian, steps
from machine.words import CannotGoOn, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # pages under test are this project's own; a container offers no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOME = TOOLS / "chromium"
WRAPPER = HOME / "chromium"
SHELL = "chromium-headless-shell"  # the same release without windows: a new context costs a quarter of the time
ANSWER = SETUP / "chromium"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/font-cache</cachedir>
</fontconfig>
"""
SCRIPT = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}'
export FONTCONFIG_FILE='{home}/fonts.conf'
exec '{program}' "$@"
"""


def found() -> Path | None:
    """Return the Chromium that set-up found or unpacked, or None."""
    if ANSWER.is_file():
        path = Path(ANSWER.read_text().strip())
        if path.exists():
            return path
    return None


def get() -> Path:
    """Find or fetch a Chromium that draws a page. Raises CannotGoOn naming the cure."""
    path = found()
    if path is not None:
        return path
    path = _on_this_machine() or _unpacked()
    if path is None:
        raise CannotGoOn(
            "No hay Chromium para las pruebas ni cómo traerlo: revise la conexión, instale el paquete chromium, o dé su ruta en CHROMIUM.",
            "There is no Chromium for the tests nor a way to fetch it: check the connection, install the package chromium, or give its path in CHROMIUM.",
        )
    SETUP.mkdir(parents=True, exist_ok=True)
    ANSWER.write_text(f"{path}\n")
    return path


def light() -> Path:
    """Return the browser without windows that came with the other, for what needs no notifications; else the other."""
    whole = get()
    beside = HOME / SHELL if whole == WRAPPER else Path(shutil.which(SHELL) or whole)
    return beside if beside.exists() else whole


def draws(program: Path) -> bool:
    """Tell whether this browser really starts and lays out a page."""
    profile = SETUP / "chromium-check"
    page = "data:text/html,<body onload=\"document.title=document.body.offsetWidth>0?'drawn':''\"></body>"
    command = [str(program), *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=90, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    with open(steps.LOG, "ab") as log:
        log.write(b"\n$ " + " ".join(command).encode() + b"\n" + answer.stderr)
    return b"<title>drawn</title>" in answer.stdout


def _on_this_machine() -> Path | None:
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [shutil.which(name) for name in NAMES]
    for candidate in candidates:
        if candidate and draws(Path(candidate)):
            return Path(candidate)
    if named:
        raise CannotGoOn(f"CHROMIUM={named} no abre páginas.", f"CHROMIUM={named} opens no page.")
    return None


def _unpacked() -> Path | None:
    if not debian.available():
        return None
    say(
        "Traigo Chromium para las pruebas (sin root, ~370 MB)",
        "Fetching Chromium for the tests (no root, ~370 MB)",
    )
    debian.update()
    root = HOME / "root"
    shutil.rmtree(HOME, ignore_errors=True)
    packages = ["chromium", "fonts-dejavu-core"]
    # Older systems have no package of the shell.
    if not any(debian.unpack_with_missing_parts(wanted, root) for wanted in ([*packages, SHELL], packages)):
        return None
    programs = root / "usr" / "lib" / "chromium"
    if not (programs / "chromium").exists():
        return None
    (HOME / "fonts.conf").write_text(FONTS.format(root=root, home=HOME))
    for wrapper in (WRAPPER, HOME / SHELL):
        program = programs / wrapper.name
        wrapper.write_text(SCRIPT.format(libraries=debian.library_path(root), home=HOME, program=program))
        wrapper.chmod(0o755)
    if not draws(HOME / SHELL):
        (HOME / SHELL).unlink()
    return WRAPPER if draws(WRAPPER) else None
