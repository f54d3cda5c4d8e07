"""`atarraya gateway` on the command line: a key for paper, settings, refusals in one sentence; and the doctor."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import gateways as acts
from atarraya.command.checks import sms
from atarraya.gateway import settings
from atarraya.kernel import clock
from atarraya.sealing import gateways
from support.cast import Cast
from support.server import ROOT


def gateway(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "atarraya.command", "gateway", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "ATARRAYA_LANG": "es"},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_new_key_is_printed_once_and_lies_nowhere(tmp_path: Path) -> None:
    done = gateway("--place", str(tmp_path / "g"), "--new-key")
    lines = [line.strip() for line in done.stdout.splitlines()]
    (identity,) = [line for line in lines if line.startswith("AGE-SECRET-KEY-1")]
    (recipient,) = [line for line in lines if line.startswith("age1")]
    assert gateways.Key(identity).recipient == recipient and gateways.short_print(recipient) in done.stdout
    assert done.returncode == 0 and list(tmp_path.iterdir()) == []


def test_a_first_settings_file_is_private_complete_and_never_written_over(tmp_path: Path) -> None:
    place = tmp_path / "g"
    assert gateway("--place", str(place), "--begin", "https://example.org/").returncode == 0
    path = place / settings.FILE
    assert path.stat().st_mode & 0o077 == 0
    written = path.read_text()
    path.write_text(written.replace("g_…", "g_a.BCDE"))
    known = settings.read(place)
    assert known.platform == "https://example.org" and len(known.carriers[0]["signing_key"]) >= 24
    again = gateway("--place", str(place), "--begin", "https://other.org")
    assert again.returncode == 1 and "queda como está" in again.stderr and "example.org" in path.read_text()
    # What is commented out is right as well.
    commented = written.replace("g_…", "g_a.BCDE").replace("# [[", "[[")
    for name in (
        "kind",
        "name",
        "secret",
        "send_url",
        "send_body",
        "user",
        "password",
        "inbox",
        "outbox",
        "sent",
        "error",
    ):
        commented = commented.replace(f"# {name} =", f"{name} =")
    path.write_text(commented)
    assert {one["kind"] for one in settings.read(place).carriers} == {"android", "generic", "kannel", "gammu"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("https://", "http://"), "platform.url"),
        (("g_a.BCDE", "g_…"), "platform.token"),
        (("[platform]", "[platform"), "TOML"),
    ],
)
def test_what_is_wrong_with_the_settings_is_one_sentence(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    place = tmp_path / "g"
    gateway("--place", str(place), "--begin", "https://example.org")
    path = place / settings.FILE
    path.write_text(path.read_text().replace("g_…", "g_a.BCDE").replace(*change))
    done = gateway("--place", str(place), "--key", "none")
    assert done.returncode == 1 and says in done.stderr and len(done.stderr.splitlines()) == 1
    path.chmod(0o644)
    assert "chmod 600" in gateway("--place", str(place)).stderr


def test_no_settings_and_a_wrong_key_are_said(tmp_path: Path) -> None:
    place = tmp_path / "g"
    assert "--begin" in gateway("--place", str(place)).stderr
    gateway("--place", str(place), "--begin", "https://example.org")
    path = place / settings.FILE
    path.write_text(path.read_text().replace("g_…", "g_a.BCDE"))
    done = gateway("--place", str(place), "--key", "stdin", typed="AGE-SECRET-KEY-1QQ\n")
    assert done.returncode == 1 and "letra por letra" in done.stderr


@pytest.mark.django_db
def test_the_doctor_says_what_does_not_arrive_and_what_lies_where_it_should_not(cast: Cast, tmp_path: Path) -> None:
    args = argparse.Namespace(folder=tmp_path / "data")
    args.folder.mkdir()
    assert list(sms.gateways(args)) == []
    made = acts.create("pasarela", cast.inbox, gateways.new_key()[1], by=cast.steward.member).gateway
    assert [one.level for one in sms.gateways(args)] == ["note"]
    for key, level in ((False, "note"), (True, "fine")):
        Gateway.objects.filter(pk=made.pk).update(seen=clock.now(), key_seen=clock.now() if key else None)
        assert [one.level for one in sms.gateways(args)] == [level]
    beside = tmp_path / "gateway"
    beside.mkdir()
    (beside / settings.FILE).write_text("listen = '127.0.0.1:1'")
    assert [one.check for one in sms.beside(args)] == ["gateway-here"]
    (beside / "note.txt").write_text(gateways.new_key()[0].lower())
    assert [(one.check, one.level) for one in sms.beside(args)][1] == ("gateway-key", "broken")
