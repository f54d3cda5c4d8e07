"""The demonstration's SMS: a gateway of its own process with a pretend phone, for as long as the demonstration runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from atarraya.command import listening
from atarraya.command.words import _
from atarraya.gateway.settings import FILE
from atarraya.terminal.codes import Refused

APART = 785  # its port is the demonstration's plus this


@contextmanager
def running(home: Path, port: int) -> Iterator[None]:
    """Run the gateway during the block, and say where its phone is. A demonstration of before has none."""
    try:
        known = json.loads((home / "keys" / "gateway.json").read_text())
        own = port + APART if port + APART < 65536 else port - APART
        listening.check_free("127.0.0.1", own)
    except (OSError, ValueError, Refused):
        yield
        return
    _write(home / "gateway", known, port, own)
    process = subprocess.Popen(  # nosec B603 # our own program, our own words
        [sys.executable, "-m", "atarraya.command", "gateway", "--place", str(home / "gateway"), "--key", "stdin"],
        env=os.environ | {"ATARRAYA_PARENT": str(os.getpid())},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.write(known["identity"].encode() + b"\n")
        process.stdin.close()
    print(_("A pretend phone, to send an SMS (try: llego la marimba con chontaduro):"))
    print(f"  http://127.0.0.1:{own}/pretend/{known['secret']}")
    print(_("  … or letters without meaning: open a community's page, cut the browser's network, warn only the team,"))
    print(_("  choose “Warn by SMS” and paste there what it copies. The desk of who verifies opens it."))
    print(flush=True)
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


def _write(place: Path, known: dict[str, str], port: int, own: int) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    text = (
        f'listen = "127.0.0.1:{own}"\n[platform]\nurl = "http://127.0.0.1:{port}"\ntoken = "{known["token"]}"\n'
        f'[[carrier]]\nkind = "pretend"\nname = "pretend"\nsecret = "{known["secret"]}"\n'
    )
    handle = os.open(place / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
