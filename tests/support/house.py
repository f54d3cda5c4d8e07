"""Reads the checkout's own files for the tests of the house's conventions."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "atarraya"
BUILT = ("/static/vendor/", "/point/built/")


# What git ignores, for a checkout that came without git.
NOT_OURS = {".git", ".venv", "node_modules", "var", "dist", "build", "__pycache__", ".hypothesis"}


@functools.cache
def files() -> tuple[Path, ...]:
    """Return every file of the project, committed or about to be; nothing that git ignores."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    if listed.returncode == 0:
        names = sorted(set(listed.stdout.split("\0")) - {""})
        return tuple(path for name in names if (path := ROOT / name).is_file())
    found = (path for path in sorted(ROOT.rglob("*")) if path.is_file() and path.suffix != ".mo")
    return tuple(path for path in found if not ignored(path.relative_to(ROOT)))


def ignored(path: Path) -> bool:
    """Tell whether a file of the checkout is made, not written."""
    parts = set(path.parts)
    return (
        bool(parts & NOT_OURS)
        or any(folder in f"/{path}" for folder in BUILT)
        or any(part.endswith("_cache") for part in parts)
    )


def named(*endings: str, under: str = "") -> list[Path]:
    """Return the project's files with one of these endings, below a folder of the checkout."""
    top = ROOT / under
    return [path for path in files() if path.name.endswith(endings) and path.is_relative_to(top)]


def shown(path: Path) -> str:
    """Return a path as a person names it."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree(path: Path) -> ast.Module:
    """Return the parsed source of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def python_of_rooms() -> list[Path]:
    """Return the rooms' Python files, migrations apart."""
    return [path for path in named(".py", under="src/atarraya") if "migrations" not in path.parts]


def scripts() -> list[Path]:
    """Return the browser modules of this project; what is built from others is not among them."""
    return [
        path for path in named(".js", ".mjs", under="src") if not any(folder in path.as_posix() for folder in BUILT)
    ]


def templates() -> list[Path]:
    """Return every template."""
    return [path for path in named(".html", ".svg", ".txt", ".xml", under="src") if "jinja2" in path.parts]


def listed(name: str) -> set[str]:
    """Return the lines of a written list in tests/house, without comments."""
    text = (ROOT / "tests" / "house" / name).read_text(encoding="utf-8")
    return {line.split("#")[0].strip() for line in text.splitlines()} - {""}


def found_in(paths: Iterable[Path], patterns: dict[str, str]) -> list[str]:
    """Return `file:line: why` for each line that matches one of the patterns (regular expression → why)."""
    import re

    compiled = [(re.compile(pattern), why) for pattern, why in patterns.items()]
    return [
        f"{shown(path)}:{number}: {why}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for pattern, why in compiled
        if pattern.search(line)
    ]
