"""Kannel and gammu-smsd as Debian ships them, with the settings handed out, on loopback: both ways, through kills.

INVENTED WORDS: do not use them in the field.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from machine import modems
from machine.modems import Programs
from support.opener import open_envelope
from support.server import ROOT, Server, Site, free_port, site
from support.smsgate import Made, alerts, book, entries, eventually, made

pytestmark = pytest.mark.slow
NUMBER = "+573001112233"
CODE = "llego la panga con platano"
SECRET = "secreto-de-prueba"


@pytest.fixture(scope="module")
def programs() -> Programs:
    found = modems.found()
    assert found is not None, "there is no kannel or gammu: run `make setup-dev`"
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path / "site") as found:
        yield found


def accounts(place: Site) -> list[str]:
    opened = [open_envelope(one["envelope"], [place.facts["identities"]["verifiers"]]) for one in entries(place)]
    return sorted(one["text"] for one in opened if one and one["type"] == "report")


@contextmanager
def run(programs: Programs, name: str, *words: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of the programs until the block ends."""
    with open(log, "ab") as file:
        process = subprocess.Popen(
            [programs.path(name), *words], env=programs.environment(), stdout=file, stderr=file, cwd=log.parent
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# --- Kannel


class Kannel:
    """bearerbox and smsbox with the settings handed out, their ports and folders changed."""

    def __init__(self, programs: Programs, folder: Path, gateway_port: int) -> None:
        folder.mkdir()
        (folder / "store").mkdir()
        self.programs, self.folder = programs, folder
        self.ports = {port: free_port() for port in ("13000", "13001", "13013", "10000")}
        written = (ROOT / "deploy" / "kannel" / "kannel.conf").read_text()
        for old, new in self.ports.items():
            written = re.sub(rf"(port = ){old}\b", rf"\g<1>{new}", written)
        changes = {
            "/var/spool/kannel": str(folder),
            "/var/log/kannel": str(folder),
            ":8785/": f":{gateway_port}/",
            "kannel/modem/CHANGE-ME": f"kannel/modem/{SECRET}",
            "http-queue-delay = 5": "http-queue-delay = 1",
        }
        for old, new in changes.items():
            assert old in written, old
            written = written.replace(old, new)
        self.settings = folder / "kannel.conf"
        self.settings.write_text(written)

    @contextmanager
    def running(self) -> Iterator[None]:
        with ExitStack() as stack:
            for name in ("bearerbox", "smsbox"):
                log = self.folder / f"{name}.out"
                stack.enter_context(run(self.programs, name, "-v", "4", str(self.settings), log=log))
                time.sleep(1.5)
            yield

    @contextmanager
    def phone(self, text: str) -> Iterator[Path]:
        """Let a phone send this text once; yields the file of what it is sent, until the block ends."""
        log = self.folder / f"fakesmsc-{time.monotonic()}.out"
        words = ["-H", "127.0.0.1", "-r", str(self.ports["10000"]), "-i", "0.2", "-m", "1"]
        with run(self.programs, "fakesmsc", *words, f"{NUMBER} 85085 text {text}", log=log):
            eventually(lambda: b"sent message 1" in log.read_bytes())
            yield log

    def carrier(self) -> str:
        return (
            f'[[carrier]]\nkind = "kannel"\nname = "modem"\nsecret = "{SECRET}"\nuser = "atarraya"\n'
            f'password = "CHANGE-ME"\nsend_url = "http://127.0.0.1:{self.ports["13013"]}/cgi-bin/sendsms"\n'
        )


def with_kannel(place: Site, programs: Programs, tmp_path: Path) -> tuple[Made, Kannel]:
    gateway = made(place, tmp_path / "gateway")
    kannel = Kannel(programs, tmp_path / "kannel", gateway.port)
    gateway.more = kannel.carrier()
    return gateway, kannel


def test_an_sms_through_kannel_becomes_a_report_and_is_answered(
    place: Site, programs: Programs, tmp_path: Path
) -> None:
    gateway, kannel = with_kannel(place, programs, tmp_path)
    book(gateway, "leader", reply="Listo, gracias.", numbers=[NUMBER])
    with place.serving() as server, gateway.running(server), kannel.running():
        with kannel.phone(CODE) as phone:
            eventually(lambda: [one["kind"] for one in alerts(place)] == ["ARMED_PRESENCE"], 60)
            # What the phone printed, byte for byte: the book's sentence, and nothing else.
            got = eventually(lambda: re.findall(rb"Got message \d+: <(.*?)>\n", phone.read_bytes()), 60)
            assert got == [b"85085 +573001112233 text Listo, gracias."]
        with kannel.phone("hola vecina"):
            eventually(lambda: accounts(place) == sorted([CODE, "hola vecina"]), 60)
        assert alerts(place)[0]["held"] is False
    assert_quiet(kannel.folder, [CODE, "hola vecina"])


def assert_quiet(folder: Path, texts: list[str]) -> None:
    """Kannel's own logs, as it is set up here, hold no text."""
    for log in ("bearerbox.log", "smsbox.log", "bearerbox.out", "smsbox.out"):
        written = (folder / log).read_bytes() if (folder / log).exists() else b""
        assert not [text for text in texts if text.encode() in written], log


def test_nothing_through_kannel_is_lost_when_gateway_and_platform_are_killed(
    place: Site, programs: Programs, tmp_path: Path
) -> None:
    gateway, kannel = with_kannel(place, programs, tmp_path)
    texts = ["uno y dos", "tres y cuatro", "cinco y seis"]
    server = Server(place)
    server.start()
    try:
        with gateway.running(server) as process, kannel.running():
            process.kill()  # nobody answers: Kannel tries again and tells the phone nothing
            for text in texts[:2]:
                with kannel.phone(text) as phone:
                    time.sleep(2)
                    assert b"Got message" not in phone.read_bytes()
            server.kill()
            process.start()
            with kannel.phone(texts[2]):
                eventually(lambda: _spooled(gateway) == 3, 60)
            process.kill()
            process.start()
            server.start()
            eventually(lambda: accounts(place) == sorted(texts), 90)
    finally:
        server.stop()


def _spooled(gateway: Made) -> int:
    import sqlite3

    base = sqlite3.connect(f"file:{gateway.folder / 'gateway.sqlite3'}?mode=ro", uri=True)
    return int(base.execute("SELECT count(*) FROM sms").fetchone()[0])


# --- gammu-smsd


def _texts(modem: Modem) -> list[Path]:
    return [path for name in ("outbox", "sent", "error") for path in (modem.folder / name).iterdir()]


class Modem:
    """gammu-smsd on its dummy phone, with the settings handed out."""

    def __init__(self, programs: Programs, folder: Path) -> None:
        folder.mkdir()
        self.programs, self.folder = programs, folder
        for name in ("inbox", "outbox", "sent", "error", "phone"):
            (folder / name).mkdir()
        written = (ROOT / "deploy" / "gammu" / "smsdrc").read_text()
        changes = {
            "/dev/ttyUSB0": str(folder / "phone"),
            "connection = at": "connection = none\nmodel = dummy",
            "/var/spool/gammu": str(folder),
            "/var/log": str(folder),
            "receivefrequency = 5": "receivefrequency = 1\ncommtimeout = 1\nloopsleep = 1",
        }
        for old, new in changes.items():
            assert old in written, old
            written = written.replace(old, new)
        self.settings = folder / "smsdrc"
        self.settings.write_text(written)

    @contextmanager
    def running(self) -> Iterator[None]:
        with run(self.programs, "gammu-smsd", "-c", str(self.settings), log=self.folder / "smsd.out"):
            yield

    def receives(self, text: str) -> None:
        """Put an SMS on the dummy phone, as the network would."""
        words = ["savesms", "TEXT", "-folder", "1", "-unread", "-sender", NUMBER, "-autolen", "400", "-text", text]
        subprocess.run(
            [self.programs.path("gammu"), "-c", str(self.settings), *words],
            env=self.programs.environment(),
            check=True,
            capture_output=True,
        )

    def carrier(self) -> str:
        folders = "".join(f'{name} = "{self.folder / name}"\n' for name in ("inbox", "outbox", "sent"))
        return f'[[carrier]]\nkind = "gammu"\nname = "usb"\n{folders}'


def test_an_sms_through_gammu_becomes_a_report_and_is_answered_through_kills(
    place: Site, programs: Programs, tmp_path: Path
) -> None:
    modem = Modem(programs, tmp_path / "modem")
    gateway = made(place, tmp_path / "gateway", modem.carrier())
    long = "mañana viene la lancha " + "con yuca " * 20
    book(gateway, "leader", reply="Listo, gracias.", numbers=[NUMBER])
    server = Server(place)
    server.start()
    try:
        with gateway.running(server) as process, modem.running():
            process.kill()
            modem.receives(CODE)
            eventually(lambda: list((modem.folder / "inbox").iterdir()), 40)
            server.kill()
            process.start()
            eventually(lambda: _spooled(gateway) == 1, 40)
            eventually(lambda: not list((modem.folder / "inbox").iterdir()), 20)
            process.kill()
            server.start()
            process.start()
            eventually(lambda: [one["held"] for one in alerts(place)] == [False], 60)
            modem.receives(long.strip())
            eventually(lambda: accounts(place) == sorted([CODE, long.strip()]), 60)
            eventually(lambda: not _texts(modem), 60)
    finally:
        server.stop()
    log = modem.folder / "gammu-smsd.log"
    assert not log.exists() or not re.search(rb"panga|lancha", log.read_bytes())
    assert os.listdir(modem.folder / "error") == []


def test_what_gammu_keeps_of_what_it_sent_is_deleted_once_it_is_known_here(
    place: Site, programs: Programs, tmp_path: Path
) -> None:
    modem = Modem(programs, tmp_path / "modem")
    gateway = made(place, tmp_path / "gateway", modem.carrier())
    book(gateway, "leader", reply="Listo, gracias.", numbers=[NUMBER])
    sent = modem.folder / "sent"
    with place.serving() as server, gateway.running(server) as process:
        modem.receives("hola vecina")
        with modem.running():
            eventually(lambda: list((modem.folder / "inbox").iterdir()), 40)
        (waiting,) = eventually(lambda: list((modem.folder / "outbox").glob("OUT*")), 60)
        assert waiting.read_text() == "Listo, gracias." and f"_{NUMBER}_" in waiting.name
        process.kill()
        with modem.running():
            eventually(lambda: list(sent.iterdir()), 60)
        (sent / "OUT_of_another.txt").write_text("not ours")
        process.start()
        eventually(lambda: [path.name for path in _texts(modem)] == ["OUT_of_another.txt"], 60)
