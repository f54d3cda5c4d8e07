"""What stands around a server: the onion in front of it, as the doctor reads it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from atarraya.command.checks import around
from support.house import ROOT

TORRC = ROOT / "deploy" / "onion" / "torrc"
FAULTS = {
    "another machine": ("unix:/run/atarraya-onion/nginx.sock", "192.0.2.7:80"),
    "one hop": ("HiddenServiceVersion 3", "HiddenServiceVersion 3\nHiddenServiceSingleHopMode 1"),
    "circuits": ("HiddenServiceVersion 3", "HiddenServiceVersion 3\nHiddenServiceExportCircuitID haproxy"),
    "unsafe lines": ("SafeLogging 1", "SafeLogging 0"),
    "fine lines": ("Log err file /dev/null", "Log info-err file /var/log/tor/log"),
    "no port": ("HiddenServicePort", "#HiddenServicePort"),
}


def levels(path: Path) -> list[str]:
    return [found.level for found in around.onion(argparse.Namespace(onion=str(path)))]


def test_the_shipped_onion_is_sound() -> None:
    assert levels(TORRC) == ["fine"]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_an_onion_that_tells_is_found(fault: str, tmp_path: Path) -> None:
    good, bad = FAULTS[fault]
    text = TORRC.read_text()
    assert good in text
    (tmp_path / "torrc").write_text(text.replace(good, bad))
    assert levels(tmp_path / "torrc") == ["broken"]


def test_what_was_named_must_be_readable_and_what_is_not_there_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(tmp_path / "none") == ["broken"]
    monkeypatch.setattr(around, "TORRC", tmp_path / "none")
    assert list(around.onion(argparse.Namespace(onion=None))) == []
