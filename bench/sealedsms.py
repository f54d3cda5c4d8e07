"""Sealed SMS: how much Spanish fits in one beside its head, and what making and reading one takes."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from uuid import UUID

import brotli

import smsmodel
from atarraya.sealing.sms import fivebit, letters, message, model
from bench import ROOT
from bench.figures import Row, Timing
from bench.run import Bench
from machine import node_parts

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
    return [*rows, *_python(bench, texts), *_node(bench, texts)]


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


def _timed(name: str, rounds: list[Timing]) -> list[Row]:
    return [
        Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in rounds]),
        Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in rounds]),
    ]


_HEAD = message.Head("CONFINEMENT", "27099", 1234, "NOW", 20, ("COMMUNITY",), ("SAW",))
