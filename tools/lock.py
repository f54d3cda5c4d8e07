"""Write the lock files of requirements/ from pyproject.toml: exact versions, hashes of all files, no server.

`lock.py` keeps versions that still fit; `lock.py --upgrade` looks for newer ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from machine import ROOT, VENV

FOLDER = ROOT / "requirements"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# The longest list comes first and holds the others to its versions.
LISTS = {"dev": ["--group", "dev"], "build": ["--group", "build"], "runtime": []}


def lock(name: str, words: list[str], *, upgrade: bool) -> None:
    """Resolve one list for every supported Python and platform."""
    target = FOLDER / f"{name}.txt"
    held = [] if name == "dev" else ["--constraint", str(FOLDER / "dev.txt")]
    command: list[str | Path] = [
        VENV / "bin" / "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
    ]
    command += ["--no-header", "--no-annotate", "--python-version", "3.11", *held]
    command += ["--upgrade"] if upgrade else []
    env = dict(os.environ)
    if SYSTEM_CERTIFICATES.exists():
        env.setdefault("SSL_CERT_FILE", str(SYSTEM_CERTIFICATES))
    subprocess.run([*command, "pyproject.toml", *words, "-o", target], cwd=ROOT, env=env, check=True)


def main() -> None:
    """Write all three."""
    FOLDER.mkdir(exist_ok=True)
    for name, words in LISTS.items():
        lock(name, words, upgrade="--upgrade" in sys.argv)


if __name__ == "__main__":
    main()
