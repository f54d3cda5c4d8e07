"""What an attacker or bad luck would try at the gateway: each of these once lost, leaked or guessed something."""

from __future__ import annotations

import os
import socket
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atarraya.gateway import matching
from atarraya.gateway.books import Books
from atarraya.gateway.calling import Answered, Away
from atarraya.gateway.carriers import gammu, make
from atarraya.gateway.carriers.carrier import Carrier, Message, Request
from atarraya.gateway.clock import Clock
from atarraya.gateway.matching import Entry
from atarraya.gateway.record import AGAIN_WITHIN, Sms
from atarraya.gateway.sending import Sending
from atarraya.gateway.settings import Wrong
from atarraya.gateway.spool import Spool
from atarraya.sealing import gateways
from atarraya.sealing.encoding import to_b64
from support.smsrun import proved

BOOK = (
    Entry("casa", "kind", "COMBAT"),
    Entry("rojo", "urgency", "NOW"),
    Entry("tigre", "duress", "1"),
)
NUMBER, STRANGER = "+573001112233", "+573104445566"


def read(text: str) -> matching.Reading:
    found = matching.read(BOOK, text)
    assert found is not None, text
    return found


def test_a_plain_sentence_two_slips_away_warns_nobody() -> None:
    assert read("casa rojo").sure
    assert read("caza rojo").sure, "one slip is forgiven"
    assert not read("mami la cama roja ya la lave").sure


@pytest.mark.parametrize("text", ["ayer hubo casa rojo", "simulacro: casa rojo", "prueba casa rojo", "sin casa rojo"])
def test_what_is_over_or_tried_out_warns_nobody(text: str) -> None:
    assert not read(text).sure


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("casa, tigre, rojo", "casa, rojo"),
        ("casa (tigre) rojo.", "casa rojo."),
        ("casa rojo tigre.", "casa rojo."),
        ("casa rojo, tigre.", "casa rojo."),
        ("hola, tigre, todo bien", "hola, todo bien"),
        ("tigre: casa rojo", "casa rojo"),
    ],
)
def test_the_word_of_who_is_forced_leaves_no_hole(text: str, rest: str) -> None:
    assert read(text).rest == rest


def _sms(sent: datetime | None, id_: str | None = None) -> Sms:
    return Sms("service", id_, NUMBER, "", "casa rojo", sent)


def test_the_same_words_on_another_day_are_another_sms() -> None:
    now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    first, again = _sms(None).sources(now), _sms(None).sources(now + timedelta(seconds=AGAIN_WITHIN))
    assert first[0] in again, "delivered again within minutes it is the same"
    later = _sms(None).sources(now + timedelta(days=3))
    assert not set(first) & set(later)
    assert _sms(now).sources(now) == _sms(now).sources(now + timedelta(days=3))
    assert _sms(None, "7").sources(now) == _sms(None, "7").sources(now + timedelta(days=3))


class Platform:
    """Answers about books as it is told to."""

    def __init__(self) -> None:
        self.books: list[dict[str, Any]] = []
        self.away = False

    def get(self, _path: str, _etag: str = "") -> Answered:
        if self.away:
            raise Away()
        import json

        return Answered(200, json.dumps(self.books).encode(), "e")


@pytest.fixture
def key() -> gateways.Key:
    return gateways.Key(gateways.new_key()[0])


@pytest.fixture
def spool(tmp_path: Path) -> Any:
    made = Spool(tmp_path / "gateway")
    yield made
    made.close()


def _book(key: gateways.Key, **inside: Any) -> dict[str, Any]:
    entries = [{"say": one.say, "sort": one.sort, "value": one.value} for one in BOOK if one.sort != "duress"]
    sealed = gateways.seal({"v": 1, "type": "codebook", "entries": entries, **inside}, key.recipient)
    said = {"id": "b", "collective": "c", "name": "n", "municipality": "27099", "current": True, "until": None}
    return said | {"sealed": to_b64(sealed)}


def test_before_the_books_were_ever_here_nothing_is_read_as_plain_text(key: gateways.Key, spool: Spool) -> None:
    books, platform = Books(spool, key, "57", Clock(spool)), Platform()
    platform.away = True
    with pytest.raises(Away):
        books.be_known(platform)  # type: ignore[arg-type]
    platform.away, platform.books = False, [_book(key)]
    books.be_known(platform)  # type: ignore[arg-type]
    assert books.means(NUMBER, "casa rojo") is not None
    platform.away = True
    books.be_known(platform)  # type: ignore[arg-type]  # known once, it is not asked for again
    with pytest.raises(Away):
        books.ask_anew(platform)  # type: ignore[arg-type]
    assert books.means(NUMBER, "casa rojo") is not None, "the old ones stay until the new ones are here"


def test_where_only_the_listed_numbers_are_read_a_number_that_wrote_before_is_not(
    key: gateways.Key, spool: Spool
) -> None:
    books, platform = Books(spool, key, "57", Clock(spool)), Platform()
    platform.books = [_book(key)]
    books.refresh(platform)  # type: ignore[arg-type]
    (book,) = books._in_use()
    spool.handed_on("x", (books.mark(book, STRANGER), datetime.now(UTC).date()))
    assert (meant := books.means(STRANGER, "casa rojo")) is not None and meant.known
    platform.books = [_book(key, numbers=[NUMBER], only_these=True)]
    books.ask_anew(platform)  # type: ignore[arg-type]
    assert books.means(STRANGER, "casa rojo") is None
    assert (meant := books.means(NUMBER, "casa rojo")) is not None and meant.known


class Modem(Carrier):
    """Cannot spell one of two messages."""

    kind = "modem"
    sends = True

    def __init__(self) -> None:
        super().__init__({"name": "modem"})
        self.said: list[str] = []  # type: ignore[assignment]

    def knows(self, path: str) -> bool:
        return False

    def read(self, request: Request) -> Sms | None:
        return None

    def send(self, message: Message) -> None:
        message.to.encode("ascii")
        self.said.append(message.to)


def test_a_number_that_no_carrier_can_spell_keeps_no_other_message_back(key: gateways.Key, spool: Spool) -> None:
    modem = Modem()
    for number, to in enumerate(("MOVI™", NUMBER)):
        sealed = gateways.seal({"v": 1, "type": "out", "to": to, "text": "hola", "by": ""}, key.recipient)
        spool.queue(str(number), datetime.now(UTC).date(), sealed, theirs=True)
    Sending(spool, [modem], proved(key), Clock(spool)).all()
    assert modem.said == [NUMBER]
    assert sorted(state for _id, state in spool.to_tell()) == ["NUMBER", "SENT"]


def test_an_empty_secret_or_signing_key_is_no_setting() -> None:
    for said in (
        {"kind": "android", "name": "a", "signing_key": ""},
        {"kind": "generic", "name": "a", "secret": ""},
        {"kind": "kannel", "name": "a", "secret": ""},
    ):
        with pytest.raises(Wrong):
            make(said)


def test_every_file_of_the_spool_is_private(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        spool = Spool(tmp_path / "gateway")
        spool.keep_fact("a", "b")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "gateway").iterdir()}
        spool.close()
    finally:
        os.umask(old)
    assert "gateway.sqlite3-wal" in modes
    assert all(mode == 0o600 for mode in modes.values()), modes


def test_gammus_hour_without_a_zone_is_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/Bogota")
    time.tzset()
    try:
        assert gammu._when("20261120T100000") == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
        assert gammu._when("20261120T150000Z") == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
        assert gammu._when("ayer") is None
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_sign_that_begins_in_one_part_and_ends_in_the_next_is_read(tmp_path: Path) -> None:
    for name in ("inbox", "outbox", "sent"):
        (tmp_path / name).mkdir()
    modem = gammu.Gammu({"name": "m", **{name: str(tmp_path / name) for name in ("inbox", "outbox", "sent")}})
    whole = "casa 🔥 rojo".encode("utf-16-be").hex().upper()
    cut = whole.index("D83D") + 4
    parts = [
        f'[SMSBackup{n}]\nNumber = "{NUMBER}"\nText00 = {piece}\n' for n, piece in ((0, whole[:cut]), (1, whole[cut:]))
    ]
    assert modem._sms("\n".join(parts)).text == "casa 🔥 rojo"


def test_a_caller_that_says_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    import http.client
    import ssl
    import subprocess

    from atarraya.gateway.listening import Door

    files = str(tmp_path / "c.pem"), str(tmp_path / "k.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    door = Door(("127.0.0.1", 0), [], None, files)  # type: ignore[arg-type]
    door.open()
    try:
        with socket.create_connection(("127.0.0.1", door.port)):
            line = http.client.HTTPSConnection(
                "127.0.0.1", door.port, timeout=10, context=ssl._create_unverified_context()
            )
            line.request("GET", "/")
            assert line.getresponse().status == 404
    finally:
        door.close()
