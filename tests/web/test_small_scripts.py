"""What a browser is sent of our scripts, without comments and spare space, does what the files say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from rjsmin import jsmin

from machine import node_parts
from support.house import BUILT, ROOT

# esbuild reads both as the language has it, and writes each in one way; it says where one cannot be read.
COMPARE = """
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
const plain = (text) => transformSync(text, { minifyWhitespace: true, legalComments: "none" }).code;
const unlike = Object.entries(JSON.parse(readFileSync(0, "utf8"))).filter(([, [ours, sent]]) => {
  try { return plain(ours) !== plain(sent); } catch { return true; }
});
console.log(JSON.stringify(unlike.map(([name]) => name)));
"""


def unlike(scripts: dict[str, str]) -> list[str]:
    """Return the names of scripts that come out otherwise than they are written."""
    both = {name: (text, str(jsmin(text))) for name, text in scripts.items()}
    command = [str(node_parts.home() / "bin" / "node"), "--input-type=module", "-e", COMPARE]
    done = subprocess.run(command, input=json.dumps(both), capture_output=True, text=True, cwd=ROOT, check=True)
    return list(json.loads(done.stdout))


def ours() -> dict[str, str]:
    """Return each script that is made small when it is collected, by its path."""
    found: dict[str, str] = {}
    for path in Path(ROOT, "src").rglob("static/**/*.js"):
        name = str(path.relative_to(ROOT))
        if not any(part in f"/{name}" for part in BUILT):
            found[name] = path.read_text(encoding="utf-8")
    return found


def test_scripts_are_sent_as_they_are_written() -> None:
    scripts = ours()
    assert len(scripts) > 50
    assert unlike(scripts) == [], "a sentence within a sentence (`…${`…`}`) loses its spaces: join the parts instead"


def test_a_script_that_comes_out_otherwise_is_seen() -> None:
    assert unlike({"a": "const a = `x${b ? ` ${c}` : ''}`;\n", "b": "const b = 1; // one\n"}) == ["a"]
