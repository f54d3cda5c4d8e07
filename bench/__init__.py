"""Measures: ratios against a baseline of the same run, never a verdict. `make bench` prints a table and writes JSON."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATHS = [str(ROOT), *(str(ROOT / name) for name in ("src", "tests", "tools"))]
sys.path[:0] = [path for path in PATHS if path not in sys.path]

# What the bench's own programs (bench.load, bench.raw) are started with.
ENVIRON = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}
