"""Set-up on a machine that cannot have everything: it ends in one sentence that names the cure (R32)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from machine import ROOT, age_tool, debian, nginx, python_env, words
from machine.words import CannotGoOn


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with Debian's tools and nothing else; returns its folder of commands."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("apt-get", "dpkg-deb"):
        (commands / name).write_text("#!/bin/sh\nexit 0\n")
        (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setattr(debian, "HOME", tmp_path / "apt")
    monkeypatch.setattr(debian, "ARCHIVES", tmp_path / "apt" / "cache" / "archives")
    monkeypatch.setattr(age_tool, "UNPACKED", tmp_path / "age")
    monkeypatch.setattr(nginx, "UNPACKED", tmp_path / "nginx")
    monkeypatch.setattr(nginx, "SYSTEM_FOLDERS", str(commands))
    return commands


@pytest.mark.parametrize(("lang", "says"), [("es", "revise la conexión"), ("en", "check the connection")])
@pytest.mark.parametrize("part", ["age", "nginx"])
def test_without_a_connection_the_connection_is_named(
    bare: Path, monkeypatch: pytest.MonkeyPatch, part: str, lang: str, says: str
) -> None:
    # apt itself ends well when no server answers.
    monkeypatch.setenv("ATARRAYA_LANG", lang)
    with pytest.raises(CannotGoOn, match=says):
        {"age": age_tool.get, "nginx": nginx.get}[part]()


@pytest.mark.parametrize("part", ["age", "nginx"])
def test_without_debians_tools_the_package_is_named(bare: Path, part: str) -> None:
    (bare / "apt-get").unlink()
    with pytest.raises(CannotGoOn, match=rf"\b{part}\b") as refusal:
        {"age": age_tool.get, "nginx": nginx.get}[part]()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("environ", "spanish"),
    [({}, True), ({"LANG": "C.UTF-8"}, True), ({"LANG": "en_US.UTF-8"}, False), ({"LANG": "es_CO.UTF-8"}, True),
     ({"LANG": "es_CO.UTF-8", "ATARRAYA_LANG": "en"}, False)],
)  # fmt: skip
def test_set_up_speaks_as_the_command_does(
    environ: dict[str, str], spanish: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in words.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert words.spanish() is spanish


def test_setup_makes_every_command_of_the_project() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert {name: f"{package}:main" for name, package in python_env.COMMANDS.items()} == asked
