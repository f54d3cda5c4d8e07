"""What the gateway sets right by itself: a wrong clock, marks without an end, what is refused or never sent."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atarraya.gateway import clock as clocks
from atarraya.gateway import later, outgoing, settings
from atarraya.gateway.books import Books
from atarraya.gateway.calling import Answered, Away, Refused
from atarraya.gateway.carriers import make
from atarraya.gateway.carriers.carrier import Carrier, Failed, Message, Request
from atarraya.gateway.clock import Clock
from atarraya.gateway.record import Kept, Sms
from atarraya.gateway.sending import Sending
from atarraya.gateway.spool import KNOWN_DAYS, Spool, Waiting
from atarraya.sealing import gateways
from atarraya.sealing.encoding import to_b64
from support import starting
from support.server import ROOT
from support.smsrun import proved

NUMBER, STRANGER = "+573001112233", "+573104445566"
HOUR = timedelta(hours=1)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "gateway")
    yield made
    made.close()


@pytest.fixture
def key() -> gateways.Key:
    return gateways.Key(gateways.new_key()[0])


# --- clocks


def off(spool: Spool, by: timedelta) -> Clock:
    """Return the clock of a machine whose hour is `by` before the platform's."""
    clock = Clock(spool)
    clock.heard(datetime.now(UTC) - by, 0.1)
    return clock


@pytest.mark.parametrize("hours", [-70, -2, 2, 24 * 365])
def test_a_wrong_clock_dates_nothing_wrongly(spool: Spool, hours: int) -> None:
    clock = off(spool, timedelta(hours=hours))
    true = datetime.now(UTC) - timedelta(hours=hours)
    assert clock.is_wrong and abs(clock.now() - true) < timedelta(seconds=5)
    phone = Sms("phone", "1", NUMBER, "", "casa", true - 3 * HOUR)  # a phone's own hour, three hours ago
    modem = Sms("modem", "1", NUMBER, "", "casa", datetime.now(UTC) - 3 * HOUR, here=True)  # this machine's
    for sms in (phone, modem):
        assert sms.sent is not None
        now = clock.now()
        kept = Kept.read(sms.payload(now, clock.since(sms.sent, here=sms.here)))
        assert abs(kept.at - (true - 3 * HOUR)) < timedelta(minutes=1)
        assert kept.age(clock.now(), None) == "H6"


def test_an_hour_still_to_come_is_none_and_a_small_difference_is_no_fault(spool: Spool) -> None:
    clock = off(spool, timedelta(seconds=40))
    assert not clock.is_wrong
    assert clock.since(datetime.now(UTC) + 9 * HOUR, here=False) == timedelta(0)
    clock.heard(datetime.now(UTC) + 9 * HOUR, clocks.PROMPT + 1)
    assert not clock.is_wrong, "an answer that took long says nothing of the hour"


def test_a_clock_that_is_set_between_arriving_and_leaving_makes_nothing_fresh(spool: Spool) -> None:
    late = Clock(spool)  # the line is away; the battery of the clock is empty and it says years ahead
    sms = Sms("phone", "1", NUMBER, "", "casa", None)
    kept = Kept.read(sms.payload(late.now() + timedelta(days=900), timedelta(0)))
    assert kept.age(late.now(), None) == "OLD", "it arrived in the future: nobody knows when"
    assert kept.age(late.now(), timedelta(minutes=5)) == "H1", "what this run counted itself is sure"
    behind = Kept.read(sms.payload(late.now() - timedelta(days=900), timedelta(0)))
    assert behind.age(late.now(), None) == "OLD"


def test_what_was_learned_of_the_clock_is_there_at_a_start_without_a_line(spool: Spool) -> None:
    off(spool, 2 * HOUR)
    again = Clock(spool)
    assert not again.known and abs(again.off + 2 * HOUR) < timedelta(seconds=5)


def test_waiting_is_counted_by_a_clock_that_nobody_sets(spool: Spool) -> None:
    clock = Clock(spool)
    clock.arrived("a")
    waited = clock.waited("a")
    assert waited is not None and timedelta(0) <= waited < timedelta(minutes=1)
    clock.left("a")
    assert clock.waited("a") is None


# --- marks of known numbers


def test_a_number_is_new_again_after_half_a_year_without_a_code(spool: Spool) -> None:
    day = date(2026, 1, 20)
    spool.handed_on("x", (b"a", day))
    spool.handed_on("y", (b"b", day))
    spool.forget(day + timedelta(days=KNOWN_DAYS - 1))
    assert spool.knows(b"a") and spool.knows(b"b")
    spool.handed_on("z", (b"b", day + timedelta(days=100)))
    spool.forget(day + timedelta(days=KNOWN_DAYS + 31))
    assert not spool.knows(b"a") and spool.knows(b"b"), "each code counts anew"


def test_the_disk_tells_a_month_and_no_day_of_a_number_and_marks_of_before_get_an_end(tmp_path: Path) -> None:
    folder = tmp_path / "g"
    Spool(folder).close()
    base = sqlite3.connect(folder / "gateway.sqlite3")
    base.execute("DROP TABLE known")
    base.execute("CREATE TABLE known (mark BLOB PRIMARY KEY) WITHOUT ROWID")
    base.execute("INSERT INTO known VALUES (x'01')")
    base.commit()
    base.close()
    spool = Spool(folder)
    assert spool.knows(b"\x01")
    spool.handed_on("x", (b"\x02", date(2026, 11, 23)))
    spool.close()
    months = [row[0] for row in sqlite3.connect(folder / "gateway.sqlite3").execute("SELECT month FROM known")]
    assert sorted(months) == sorted([datetime.now(UTC).strftime("%Y-%m"), "2026-11"])


# --- answers


class Platform:
    """Answers about books."""

    def __init__(self, books: list[dict[str, Any]]) -> None:
        self.books = books

    def get(self, _path: str, _etag: str = "") -> Answered:
        return Answered(200, json.dumps(self.books).encode(), "e")


def test_only_who_a_book_names_is_answered_and_always_alike(spool: Spool, key: gateways.Key) -> None:
    def said(id_: str, current: bool, reply: str) -> dict[str, Any]:
        entries = [
            {"say": "casa", "sort": "kind", "value": "COMBAT"},
            {"say": "rojo", "sort": "urgency", "value": "NOW"},
        ]
        inside = {"v": 1, "type": "codebook", "entries": entries, "reply": reply, "numbers": [NUMBER]}
        sealed = to_b64(gateways.seal(inside | {"duress_circle": "two"}, key.recipient))
        more = {"name": "n", "municipality": "27099", "until": None, "sealed": sealed}
        return {"id": id_, "collective": "c", "current": current, **more}

    books = Books(spool, key, "57", Clock(spool))
    books.refresh(Platform([said("a", False, "Antes"), said("b", True, "Listo")]))  # type: ignore[arg-type]
    assert books.reply_to(NUMBER) == "Listo" and books.reply_to(STRANGER) == ""
    (book, *_others) = books._in_use()
    spool.handed_on("x", (books.mark(book, STRANGER), datetime.now(UTC).date()))
    meant = books.means(STRANGER, "casa rojo")
    assert meant is not None and meant.known and books.reply_to(STRANGER) == ""
    assert not books.grown({"two": 2}) and books.grown({"two": 3}) and not books.grown({"another": 3})


# --- what is refused or never sent


def _waiting(id_: str, day: date) -> Waiting:
    return Waiting(id_, day, "{}", b"sealed", b"unread")


def test_what_is_refused_for_a_month_is_let_go_of_and_counted(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "FIRST", 0.0)
    monkeypatch.setattr(later, "SLOWEST", 0.0)
    today = date(2026, 11, 26)
    refused = later.Later(spool)
    old, new = _waiting("old", today - timedelta(days=31)), _waiting("new", today - timedelta(days=29))
    for each in (old, new):
        assert spool.take(each.id.encode(), each)
    assert [refused.put("n", each, today) for each in (old, new)] == [True, False]
    assert (refused.stuck, refused.dropped, spool.waiting()) == (1, 1, ["new"])
    assert refused.due() == [("n", "new")] and refused.due() == [] and refused.stuck == 1
    refused.taken("new")
    assert refused.stuck == 0 and later.Later(spool).dropped == 1


class Phone(Carrier):
    """A phone that cannot be reached, or takes everything."""

    kind = "phone"
    sends = True

    def __init__(self, name: str, away: bool) -> None:
        super().__init__({"name": name})
        self.away, self.asked = away, 0

    def knows(self, path: str) -> bool:
        return False

    def read(self, request: Request) -> Sms | Failed | None:
        return None

    def send(self, message: Message) -> None:
        self.asked += 1
        if self.away:
            raise Away()


def _queue(spool: Spool, key: gateways.Key, id_: str, by: str, day: date | None = None) -> None:
    sealed = gateways.seal({"v": 1, "type": "out", "to": NUMBER, "text": "hola", "by": by}, key.recipient)
    spool.queue(id_, day or datetime.now(UTC).date(), sealed, theirs=True)


def test_a_phone_that_does_not_answer_keeps_nothing_back_that_goes_by_another(spool: Spool, key: gateways.Key) -> None:
    broken, works = Phone("broken", True), Phone("works", False)
    for number in range(5):
        _queue(spool, key, f"a{number}", "broken")
    _queue(spool, key, "b", "works")
    _queue(spool, key, "old", "broken", date(2026, 1, 1))
    Sending(spool, [broken, works], proved(key), Clock(spool)).all()
    assert (broken.asked, works.asked) == (1, 1)
    assert sorted(spool.to_tell()) == [("b", "SENT"), ("old", "SIGNAL")]


def test_a_run_that_is_over_or_has_another_gateways_key_sends_nothing_and_spoils_nothing(
    spool: Spool, key: gateways.Key
) -> None:
    phone = Phone("p", False)
    _queue(spool, key, "a", "p")
    over = proved(key)
    over.over = True
    other = gateways.Key(gateways.new_key()[0])
    for each in (over, proved(other, key.recipient)):
        Sending(spool, [phone], each, Clock(spool)).all()
    assert phone.asked == 0 and spool.to_tell() == [] and len(spool.to_send()) == 1


class Lender:
    """Hears what became of messages and says which are gone."""

    def __init__(self, gone: list[str]) -> None:
        self.gone, self.told = gone, {}  # type: ignore[var-annotated]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path == "outgoing":
            self.told["have"] = body["have"]
            return {"messages": [], "gone": self.gone}
        if body.get("why") == "KEY":
            raise Refused(409, "lent")
        self.told[path] = body
        return {}


def test_what_another_run_has_sent_is_dropped_and_ends_are_told_with_why(spool: Spool, key: gateways.Key) -> None:
    for id_ in ("a", "b", "c", "d"):
        _queue(spool, key, id_, "p")
    spool.sent("a", "SENT")
    spool.sent("b", "SIGNAL")
    spool.sent("c", "KEY")
    spool.failed_later("late", date(2026, 11, 26), "REFUSED")
    platform = Lender(["d"])
    outgoing.exchange(spool, platform, date(2026, 11, 26))  # type: ignore[arg-type]
    assert platform.told.pop("have") == ["c", "d"]
    assert platform.told == {
        "outgoing/a": {"sent": True},
        "outgoing/b": {"sent": False, "why": "SIGNAL"},
        "outgoing/late": {"sent": False, "why": "REFUSED"},
    }
    assert spool.to_send() == [] and spool.to_tell() == [("c", "KEY")]


# --- carriers


def _generic(kind: str, body: str) -> Carrier:
    return make(
        {"kind": "generic", "name": "s", "secret": "x", "send_url": "http://x", "send_type": kind, "send_body": body}
    )


@pytest.mark.parametrize(
    ("kind", "body", "sent"),
    [
        ("application/json; charset=utf-8", '{"t": {{text}}}', rb'{"t": "a \"b\" & \u00f1 <"}'),
        ("Application/JSON", '{"t": {{text}}}', rb'{"t": "a \"b\" & \u00f1 <"}'),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", "t={{text}}", b"t=a%20%22b%22%20%26%20%F1%20%3C"),
        ("application/x-www-form-urlencoded", "t={{text}}", b"t=a%20%22b%22%20%26%20%C3%B1%20%3C"),
        ('text/xml; charset="us-ascii"', "<t>{{text}}</t>", b"<t>a &quot;b&quot; &amp; &#241; &lt;</t>"),
        ("application/soap+xml", "<t>{{text}}</t>", "<t>a &quot;b&quot; &amp; ñ &lt;</t>".encode()),
        ("text/plain; charset=iso-8859-1", "{{text}}", b'a "b" & \xf1 <'),
    ],
)
def test_a_services_type_with_an_alphabet_is_written_as_it_says(
    kind: str, body: str, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    answer = Answered(200, b"")
    monkeypatch.setattr("atarraya.gateway.calling.ask", lambda *words: asked.append(words) or answer)
    _generic(kind, body).send(Message("i", NUMBER, 'a "b" & ñ <'))
    ((_method, _url, written, headers),) = asked
    assert written == sent and headers["Content-Type"] == kind


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain; charset=klingon", "json"])
def test_a_type_that_nobody_here_can_write_is_refused_at_the_start(kind: str) -> None:
    if kind == "json":
        kind = "image/png"
    with pytest.raises(settings.Wrong):
        _generic(kind, "{{text}}")


def test_gammus_failures_are_told_and_emptied(tmp_path: Path) -> None:
    for name in ("inbox", "outbox", "sent", "error"):
        (tmp_path / name).mkdir()
    modem = make({"kind": "gammu", "name": "m", **{name: str(tmp_path / name) for name in ("inbox", "outbox", "sent")}})
    id_ = "12345678-1234-4234-8234-123456789abc"
    modem.send(Message(id_, NUMBER, "hola"))
    (file,) = (tmp_path / "outbox").iterdir()
    assert modem.tidy(lambda: {id_}) == [] == modem.tidy(set), "young and still in the outbox: smsd has it"
    file.rename(tmp_path / "error" / file.name)
    assert modem.tidy(lambda: {id_}) == []
    assert modem.tidy(set) == [Failed(id_)] and list((tmp_path / "error").iterdir()) == []
    modem.send(Message(id_, NUMBER, "hola"))
    old = time.time() - 5 * 86_400
    os.utime(tmp_path / "outbox" / file.name, (old, old))
    assert modem.tidy(set) == [Failed(id_, "SIGNAL")] and list((tmp_path / "outbox").iterdir()) == []
    (tmp_path / "error").rmdir()
    assert modem.missing() == ["error"]


# --- settings and --check


@pytest.mark.parametrize("listen", ["0.0.0.0:8785", "192.168.1.7:8785", "[::]:8785", "gateway.local:8785"])
def test_a_door_to_others_without_a_certificate_is_refused_unless_meant(listen: str) -> None:
    said: dict[str, Any] = {
        "listen": listen,
        "platform": {"url": "https://example.org", "token": "g_a.B"},
        "carrier": [{"kind": "generic", "name": "s", "secret": "x"}],
    }
    with pytest.raises(settings.Wrong) as wrong:
        settings.parse(said)
    assert wrong.value.name == "plain"
    with pytest.raises(settings.Wrong):
        settings.parse(said | {"plain": "no"})
    assert settings.parse(said | {"plain": True}).plain
    assert settings.parse(said | {"certificate": "/c.pem"}).certificate
    for own in ("127.0.0.1:1", "localhost:1", "[::1]:1", "127.0.0.9:1"):
        assert settings.parse(said | {"listen": own}).port == 1


def _gateway(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "atarraya.command", "gateway", "--place", str(place), *words]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "ATARRAYA_LANG": "es"}
    return starting.run(command, env=env, timeout=60)


def _settings(place: Path, more: str, listen: str = "127.0.0.1:0") -> None:
    place.mkdir(mode=0o700)
    path = place / settings.FILE
    path.write_text(f'listen = "{listen}"\n[platform]\nurl = "http://127.0.0.1:9"\ntoken = "g_a.B"\n{more}')
    path.chmod(0o600)


def test_a_check_says_what_it_found_and_its_exit_code_says_whether_all_stands(tmp_path: Path) -> None:
    folders = "".join(f'{name} = "{tmp_path / name}"\n' for name in ("inbox", "outbox", "sent"))
    _settings(tmp_path / "g", f'[[carrier]]\nkind = "gammu"\nname = "usb"\n{folders}')
    done = _gateway(tmp_path / "g", "--check")
    assert done.returncode == 3
    assert "✗ La plataforma no responde" in done.stdout and "usb" in done.stdout and "error" in done.stdout
    assert "✓" in done.stdout and done.stderr == ""


def test_a_taken_address_and_an_open_door_are_one_sentence(tmp_path: Path) -> None:
    import socket

    carrier = '[[carrier]]\nkind = "generic"\nname = "s"\nsecret = "x"\n'
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _settings(tmp_path / "g", carrier, f"127.0.0.1:{taken.getsockname()[1]}")
        done = _gateway(tmp_path / "g", "--key", "none")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "127.0.0.1" in done.stderr
    _settings(tmp_path / "h", carrier, "0.0.0.0:0")
    done = _gateway(tmp_path / "h", "--key", "none")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "plain = true" in done.stderr
