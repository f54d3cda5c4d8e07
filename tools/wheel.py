"""Build the wheel: with its compiled translations, vendored and built scripts inside.

The same commit gives the same bytes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from machine import PYTHON, ROOT

# What a checkout lacks until set-up made it, and a wheel must not lack.
HELD = (
    "atarraya/sealing/static/vendor/age.js",
    "atarraya/sealing/static/vendor/words.js",
    *(f"atarraya/alerts/static/alerts/point/built/{name}.js" for name in ("main", "seals", "map", "notices", "worker")),
    ".mo",
)


def build(into: Path) -> Path:
    """Build into a folder and return the wheel. Raises ValueError when something it needs is not inside."""
    stamp = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    env = {**os.environ, "SOURCE_DATE_EPOCH": stamp or "1700000000"}
    before = set(into.glob("*.whl"))
    subprocess.run([PYTHON, ROOT / "tools" / "messages.py", "compile"], check=True)
    command: list[str | Path] = [PYTHON, "-m", "build", "--wheel", "--no-isolation", "--outdir", into, ROOT]
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    newest = max(set(into.glob("*.whl")) - before or into.glob("*.whl"), key=lambda path: path.stat().st_mtime)
    names = zipfile.ZipFile(newest).namelist()
    missing = [end for end in HELD if not any(name.endswith(end) for name in names)]
    if missing:
        raise ValueError(f"the wheel lacks {', '.join(missing)}: run `make setup`")
    return newest


def main() -> None:
    """Build into dist/, or the folder named."""
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    into.mkdir(parents=True, exist_ok=True)
    print(build(into))


if __name__ == "__main__":
    main()
