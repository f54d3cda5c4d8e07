"""The demonstration's SMS conversation: a pretend phone that says what it is, and never before a real network."""

from __future__ import annotations

import json
import shutil
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from atarraya.command.trying_sms import APART
from demo.conftest import Built, environment
from demo.test_walk import running
from support import starting
from support.server import site
from support.smsgate import eventually, made


def page(address: str, **said: str) -> str:
    body = urllib.parse.urlencode(said).encode() if said else None
    with urllib.request.urlopen(address, body, timeout=30) as answer:
        return str(answer.read().decode())


def test_an_sms_conversation_on_the_pretend_phone(built: Built, tmp_path: Path) -> None:
    home = Path(shutil.copytree(built.folder, tmp_path / "demo"))
    known = json.loads((home / "keys" / "gateway.json").read_text())
    with running(home) as url:
        own = int(url.rsplit(":", 1)[1])
        port = own + APART if own + APART < 65536 else own - APART
        address = f"http://127.0.0.1:{port}/pretend/{known['secret']}"
        first = eventually(lambda: _said(address))
        assert "ESTO ES UNA PRUEBA" in first and "THIS IS A TEST" in first
        eventually(lambda: _said(address, **{"from": "3001112233", "text": "llego la marimba con chontaduro"}))
        eventually(lambda: "← +573001112233: Listo, gracias." in page(address), 60)
        with pytest.raises(urllib.request.HTTPError) as refused:
            page(f"http://127.0.0.1:{port}/pretend/otra")
        assert refused.value.code == 404
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _said(address):
        time.sleep(0.2)
    assert not _said(address), "the pretend phone outlived its demonstration"


def _said(address: str, **said: str) -> str:
    try:
        return page(address, **said)
    except OSError:
        return ""


@pytest.mark.slow
def test_a_pretend_phone_before_a_real_network_is_refused(tmp_path: Path) -> None:
    with site(tmp_path / "site") as place, place.serving() as server:
        gateway = made(place, tmp_path / "gateway", '[[carrier]]\nkind = "pretend"\nname = "p"\nsecret = "s"\n')
        gateway.write_settings(server.port)
        command = [sys.executable, "-m", "atarraya.command", "gateway", "--place", str(gateway.folder), "--key", "none"]
        done = starting.run(command, env=environment(), timeout=60)
        assert done.returncode == 1 and "demostración" in done.stderr
