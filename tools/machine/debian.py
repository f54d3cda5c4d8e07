"""Debian and Ubuntu packages without root: fetched into private folders and unpacked there, never installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from machine import TOOLS, steps
from machine.words import CannotGoOn

HOME = TOOLS / "apt"
ARCHIVES = HOME / "cache" / "archives"
OPTIONS = {
    "Dir::State": HOME / "state",
    "Dir::State::status": "/var/lib/dpkg/status",
    "Dir::Cache": HOME / "cache",
    "Dir::Log": HOME / "log",
    "Debug::NoLocking": "1",
    "APT::Keep-Downloaded-Packages": "1",
    "APT::Get::List-Cleanup": "0",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
}


def available() -> bool:
    """Tell whether this machine has Debian's package tools."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def _apt(*words: str, cwd: Path | None = None) -> bool:
    command = ["apt-get", "-y"]
    for name, value in OPTIONS.items():
        command += ["-o", f"{name}={value}"]
    if os.geteuid() == 0:
        command += ["-o", "APT::Sandbox::User=root"]  # apt's own user cannot write into these folders
    return steps.run([*command, *words], cwd=cwd, env={"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"})


def _make_folders() -> None:
    for folder in (HOME / "state" / "lists" / "partial", ARCHIVES / "partial", HOME / "log"):
        folder.mkdir(parents=True, exist_ok=True)


def update() -> None:
    """Bring the package lists into the private folders. Raises CannotGoOn when no package server answers."""
    _make_folders()
    # apt calls it a success when no server answered at all.
    if not _apt("update") or not has_lists():
        raise CannotGoOn(
            f"No se pudo leer la lista de paquetes de Debian: revise la conexión y repita (detalle en {steps.LOG}).",
            f"Debian's package lists could not be read: check the connection and run again (details in {steps.LOG}).",
        )


def has_lists() -> bool:
    """Tell whether any list of packages is in the private folders."""
    return any((HOME / "state" / "lists").glob("*_Packages*"))


def unpack_alone(package: str, into: Path) -> bool:
    """Fetch one package without what it depends on and unpack it into `into`."""
    _make_folders()
    into.mkdir(parents=True, exist_ok=True)
    before = set(into.glob("*.deb"))
    if not _apt("download", package, cwd=into):
        return False
    return all(_unpack(deb, into) for deb in set(into.glob("*.deb")) - before)


def unpack_with_missing_parts(packages: Sequence[str], into: Path) -> bool:
    """Fetch packages and everything they need that this machine lacks, and unpack all of it into `into`."""
    _make_folders()
    for old in ARCHIVES.glob("*.deb"):
        old.unlink()
    if not _apt("install", "--download-only", "--no-install-recommends", *packages):
        return False
    into.mkdir(parents=True, exist_ok=True)
    debs = sorted(ARCHIVES.glob("*.deb"))
    done = bool(debs) and all(_unpack(deb, into) for deb in debs)
    for deb in debs:
        deb.unlink()
    return done


def library_path(root: Path) -> str:
    """Return the LD_LIBRARY_PATH that makes the shared libraries unpacked under `root` visible."""
    folders = {path.parent for path in root.rglob("*.so*") if path.is_file() or path.is_symlink()}
    depth = sorted(folders, key=lambda folder: (len(folder.parts), str(folder)))
    return ":".join(str(folder) for folder in depth if "gconv" not in folder.parts)


def _unpack(deb: Path, into: Path) -> bool:
    return subprocess.run(["dpkg-deb", "-x", str(deb), str(into)], check=False).returncode == 0
