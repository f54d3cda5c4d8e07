"""What set-up and tests need from the machine they run on, fetched without root. Standard library only."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
TOOLS = VAR / "tools"
SETUP = VAR / "setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def site_packages() -> Path | None:
    """Return the folder where `.venv` keeps packages, or None before it exists."""
    found = sorted((VENV / "lib").glob("python3.*/site-packages"))
    return found[0] if found else None
