"""Thousands of open streams: what they hold in memory, and how soon the last of them hears that an alert changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from atarraya.demo.places import MUNICIPALITIES
from bench.board import changer, fill
from bench.figures import Row, Timing
from bench.memory import held
from bench.run import LIFTED, SQLITE, Bench
from support.living import COMMAND, Home, Live, free_port

SECTION = "Live streams"
SIZES = (1000, 5000)
EACH = 12  # streams that one member may open: so many members are needed
READY = """
import django; django.setup()
from uuid import uuid4
from django.core import signing
from atarraya.channels.live.asgi import MOST_EACH
from atarraya.kernel import clock
from atarraya.network import standing
from atarraya.network.models import Member
from atarraya.network.sessions import SessionStore
def word(member):
    session = SessionStore()
    session.create()
    return signing.dumps([str(member.pk), here, standing.mark(member, session.session_key)], salt="channels.live")
wanted = -(-{streams} // MOST_EACH)
here = ["{place}"]
have = list(Member.objects.filter(login__startswith="bench-"))
names = [f"bench-{{uuid4().hex[:12]}}" for _ in range(wanted - len(have))]
new = [Member(login=name, alias=name, municipalities=here, since=clock.today(), state="ACTIVE") for name in names]
Member.objects.bulk_create(new)
print("\\n".join(word(member) for member in (have + new)[:wanted]))
"""


def run(bench: Bench) -> list[Row]:
    """Measure on SQLite: the process of streams asks the database one question a second, whatever database it is."""
    rows: list[Row] = []
    home = bench.home(SQLITE)
    fill(home, 1000)
    for size in (100,) if bench.quick else SIZES:
        rows += _measured(bench, home, size)
    return rows


def _measured(bench: Bench, home: Home, size: int) -> list[Row]:
    port = free_port()
    with home.live("serve", "--plain-http", "--no-worker", "--live-port", str(port), **LIFTED) as live:
        place = next(iter(MUNICIPALITIES))
        environ = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
        bench.say(f"live: {size} streams")
        words = home.run([COMMAND[0], "-c", READY.format(streams=size, place=place)], **environ).stdout.split()
        with changer(home, one=True) as change:
            each = [word for word in words for _ in range(EACH)][:size]
            heard = asyncio.run(_listen(live, port, each, [change] * bench.rounds))
    name = f"{size:,} streams"
    per_stream = (heard.loaded - heard.idle) / size / 1024
    return [
        Row(SECTION, f"{name}: process of streams before, MB", "MB", [heard.idle / 1e6]),
        Row(SECTION, f"{name}: process of streams with them, MB", "MB", [heard.loaded / 1e6]),
        Row(SECTION, f"{name}: for each stream", "KB", [per_stream]),
        Row(SECTION, f"{name}: from an alert that changes until half have heard", "ms", [t.p50 for t in heard.rounds]),
        Row(SECTION, f"{name}: until the last has heard", "ms", [max(t.seconds) * 1000 for t in heard.rounds]),
        Row(SECTION, f"{name}: streams that did not hear", "streams", [heard.deaf], bar="0"),
    ]


@dataclass
class _Heard:
    """What listening measured: memory in bytes, one Timing a change, streams that missed a change."""

    idle: int = 0
    loaded: int = 0
    deaf: int = 0
    rounds: list[Timing] = field(default_factory=list)


async def _listen(live: Live, port: int, words: list[str], changes: list[Callable[[], None]]) -> _Heard:
    heard = _Heard()
    await _until_open(port)
    heard.idle = held(live, "live")
    streams = []
    for start in range(0, len(words), 100):
        streams += await asyncio.gather(*(_open(port, word) for word in words[start : start + 100]))
    heard.loaded = held(live, "live")
    for change in changes:
        waiting = [asyncio.create_task(_next(reader)) for reader, _writer in streams]
        await asyncio.sleep(1)
        change()
        began = time.monotonic()
        done, deaf = await asyncio.wait(waiting, timeout=30)
        for task in deaf:
            task.cancel()
        heard.deaf += len(deaf)
        seconds = sorted(max(0.0, task.result() - began) for task in done)
        heard.rounds.append(Timing(seconds, 1.0, len(deaf), {}, {}))
    for _reader, writer in streams:
        writer.close()
    return heard


async def _until_open(port: int) -> None:
    for _ in range(100):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.2)
    raise RuntimeError("the process of streams did not start")


async def _open(port: int, word: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2048)
    writer.write(f"GET /vivo?t={word} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"a stream was refused: {head[:60]!r}")
    await reader.readuntil(b"retry: 5000\n\n")
    return reader, writer


async def _next(reader: asyncio.StreamReader) -> float:
    await reader.readuntil(b"event: changed\n")
    return time.monotonic()
