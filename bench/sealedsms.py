"""Sealed SMS: how much Spanish fits in one beside its head, and what making and reading one takes."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import brotli

import smsmodel
from atarraya.sealing.sms import fivebit, letters, message, model
from bench import ROOT
from bench.figures import Row, Timing
from bench.run import Bench
from machine import node_parts
from support import walking

SECTION = "Sealed SMS"
_NODE = """
import { readFileSync } from "node:fs";
const { texts, turns, key, secret, inbox, head } = JSON.parse(readFileSync(0, "utf8"));
const { open, read, seal } = await import("./src/atarraya/sealing/static/sealing/sms/message.js");
const made = [], opened = [];
for (let turn = 0; turn < turns; turn++) {
  const text = texts[turn % texts.length];
  let begun = performance.now();
  const whole = await seal(head, text, { key, inbox, number: 7 });
  made.push((performance.now() - begun) / 1000);
  begun = performance.now();
  const said = await open(read(whole), { secret, inbox, number: 7 });
  opened.push((performance.now() - begun) / 1000);
  if (said.text !== text) throw new Error("not what was sealed");
}
console.log(JSON.stringify({ made, opened }));
"""

_PAGE = """async ({ texts, turns, key, secret, inbox, head }) => {
  const [{ fits, open, read, seal }, { plain }] = await Promise.all([
    import("/sealing/sms/message.js"), import("/sealing/sms/letters.js")]);
  fits("a"); // loads the model
  const counted = [], made = [], opened = [];
  for (let turn = 0; turn < turns; turn++) {
    const text = plain(texts[turn % texts.length]);
    let begun = performance.now();
    fits(text);
    counted.push((performance.now() - begun) / 1000);
    begun = performance.now();
    const whole = await seal(head, text, { key, inbox, number: 7 });
    made.push((performance.now() - begun) / 1000);
    begun = performance.now();
    const said = await open(read(whole), { secret, inbox, number: 7 });
    opened.push((performance.now() - begun) / 1000);
    if (said.text !== text) throw new Error("not what was sealed");
  }
  return { counted, made, opened };
}"""
_IN_THE_PAGE = {
    "counted": "whether a text fits, at each letter typed",
    "made": "a message made",
    "opened": "a message read and opened",
}


def run(bench: Bench) -> list[Row]:
    """Measure room on texts that trained nothing, then the time of the codec in both languages."""
    bench.say("sealed SMS: room and time")
    texts = smsmodel.lines("heldout.txt")
    rows = [*_room("order-2 model", texts, model.encode), *_room("codes of five bits", texts, fivebit.encode)]
    rows.append(
        Row(
            SECTION,
            "the text model, compressed (brotli)",
            "B",
            [float(len(brotli.compress(smsmodel.BUILT.read_bytes())))] * 3,
            "",
            "≤ 20,480",
        )
    )
    return [*rows, *_python(bench, texts), *_node(bench, texts), *_chromium(bench, texts)]


def _room(name: str, texts: list[str], encode: Callable[[str, int], bytes | None]) -> list[Row]:
    fitted = []
    for text in texts:
        length = len(text)
        while encode(text[:length], message.ROOM) is None:
            length -= 1
        fitted.append(float(length))
    note = f"{len(texts)} invented reports, longer than one message, that the model never saw; written by one hand"
    bar = "≥ 150" if encode is model.encode else ""
    said = {"min": min(fitted), "mean": sum(fitted) / len(fitted), "max": max(fitted)}
    return [
        Row(SECTION, f"letters beside the head, {name}: {which}", "letters", [value] * 3, note, bar)
        for which, value in said.items()
    ]


def _fitting(texts: list[str]) -> list[str]:
    return [text[:150] for text in texts]


def _given() -> dict[str, str]:
    said: dict[str, str] = json.loads((ROOT / "tests" / "vectors" / "sms.json").read_text())
    return said


def _python(bench: Bench, texts: list[str]) -> list[Row]:
    given, rounds = _given(), []
    for _round in range(bench.rounds):
        seconds = []
        for turn in range(50 if bench.quick else 500):
            typed = _fitting(texts)[turn % len(texts)]
            begun = time.perf_counter()
            text = letters.plain(typed)
            message.seal(_HEAD, text, key=given["public"], inbox=UUID(given["inbox"]), number=7)
            seconds.append(time.perf_counter() - begun)
        rounds.append(Timing(seconds))
    return _timed("Python: a message made", rounds)


def _node(bench: Bench, texts: list[str]) -> list[Row]:
    given, made, opened = _given(), [], []
    asked = {
        "texts": _fitting(texts),
        "turns": 50 if bench.quick else 300,
        "key": given["public"],
        "secret": given["secret"],
        "inbox": given["inbox"],
        "head": {**_HEAD.__dict__},
    }
    for _round in range(bench.rounds):
        command = [str(node_parts.home() / "bin" / "node"), "--input-type=module", "-e", _NODE]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(asked), capture_output=True, text=True, check=True)
        said = json.loads(done.stdout)
        made.append(Timing(said["made"]))
        opened.append(Timing(said["opened"]))
    return [*_timed("Node: a message made", made), *_timed("Node: a message read and opened", opened)]


def _chromium(bench: Bench, texts: list[str]) -> list[Row]:
    """Time the codec in Chromium on a CPU that its own switch makes slower: an estimate of a cheap phone, not one."""
    given, rows = _given(), []
    asked = {
        "texts": _fitting(texts),
        "turns": 20 if bench.quick else 100,
        "key": given["public"],
        "secret": given["secret"],
        "inbox": given["inbox"],
        "head": {**_HEAD.__dict__},
    }
    with _served() as address, walking.driver() as driver, walking.chromium(driver) as browser:
        for rate in (1, 4, 6):
            bench.say(f"sealed SMS: Chromium, CPU {rate} times slower")
            page = browser.new_page()
            page.goto(address)
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
            rounds = [page.evaluate(_PAGE, asked) for _round in range(bench.rounds)]
            slower = f"Chromium, CPU throttled {rate}×" if rate > 1 else "Chromium, not throttled"
            for what, name in _IN_THE_PAGE.items():
                rows += _timed(f"{slower}: {name}", [Timing(one[what]) for one in rounds])
            page.close()
    return rows


@contextmanager
def _served() -> Iterator[str]:
    """Serve the scripts as they stand in the repository, on this machine alone; yield an empty page's address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    place = str(ROOT / "src" / "atarraya" / "sealing" / "static")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=place))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def _timed(name: str, rounds: list[Timing]) -> list[Row]:
    return [
        Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in rounds]),
        Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in rounds]),
    ]


_HEAD = message.Head("CONFINEMENT", "27099", 1234, "NOW", 20, ("COMMUNITY",), ("SAW",))
