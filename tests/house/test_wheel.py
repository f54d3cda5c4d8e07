"""What is handed to others: a wheel that founds and serves a network in a fresh environment, without Node or checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import wheel
from support import house
from support.exported import Copy
from support.living import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(command: list[str | Path], **env: str) -> str:
    """Run a command away from the checkout and return what it printed; fail with it otherwise."""
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd="/",
        env=env or None,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel and the locked runtime packages; returns its folder of commands."""
    place = tmp_path_factory.mktemp("wheel")
    built = wheel.build(place)
    run([sys.executable, "-m", "venv", "--without-pip", place / "env"])
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", place / "env" / "bin" / "python", "install", "-q"]
    # Compiled is what runs, when it runs: pip would compile every file of every package.
    pip += ["--disable-pip-version-check", "--no-input", "--no-compile"]
    run([*pip, "--require-hashes", "-r", house.ROOT / "requirements" / "runtime.txt"], **os.environ)
    run([*pip, "--no-deps", built], **os.environ)
    return place / "env" / "bin"


@pytest.fixture(scope="module")
def bare(fresh: Path) -> dict[str, str]:
    """Variables of a machine that has nothing but this environment."""
    folder = fresh.parent.parent / "data"
    return {"PATH": str(fresh), "ATARRAYA_DATA": str(folder), "ATARRAYA_LANG": "es", "HOME": str(fresh.parent)}


def test_every_command_helps_itself(fresh: Path, bare: dict[str, str]) -> None:
    whole = run([fresh / "atarraya", "--help"], **bare)
    assert "Códigos de salida" in whole, "the wheel lacks its Spanish"
    commands = re.findall(r"^    ([a-z-]+) ", whole, flags=re.M)
    assert {"init", "serve", "worker", "doctor", "backup", "restore", "demo"} <= set(commands)
    for command in commands:
        assert command in run([fresh / "atarraya", command, "--help"], **bare)


@pytest.fixture(scope="module")
def served(fresh: Path, bare: dict[str, str]) -> Iterator[str]:
    """A network founded and served by the wheel alone; yields its address."""
    run([fresh / "atarraya", "init", "--name", "Red de prueba", "--municipalities", "27099,27001"], **bare)
    port = free_port()
    command: list[str | Path] = [fresh / "atarraya", "serve", "--plain-http", "--port", str(port)]
    process = subprocess.Popen(command, env=bare, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2)
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def test_the_wheel_serves_its_pages_and_scripts(served: str) -> None:
    with urllib.request.urlopen(served + "/", timeout=10) as answer:
        page = answer.read().decode()
    scripts = re.findall(r"src=\"(/[^\"]+\.js)\"", page)
    assert scripts, "the point's page names no script"
    with urllib.request.urlopen(served + "/sw.js", timeout=10) as answer:
        kept = json.loads(answer.readline().decode().removeprefix("self.KEPT = ").removesuffix(";\n"))["FILES"]
    assert any("/seals." in name for name in kept)
    for script in {*scripts, *kept}:
        with urllib.request.urlopen(served + script, timeout=10) as answer:
            assert answer.status == 200


def test_the_workbench_comes_in_the_same_wheel(fresh: Path, tmp_path: Path) -> None:
    bare = {"PATH": str(fresh), "ATARRAYA_LANG": "es", "HOME": str(tmp_path)}
    assert "Abre lo que exportó un servidor" in run([fresh / "atarraya-workbench", "--help"], **bare)
    place = Copy().write(tmp_path / "out")
    assert "no trae ningún sobre" in run([fresh / "atarraya-workbench", "list", place], **bare)
    (found,) = (fresh.parent / "lib").rglob("atarraya-*.dist-info/METADATA")
    assert "Provides-Extra: workbench" in found.read_text()
