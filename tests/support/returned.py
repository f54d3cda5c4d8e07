"""What stands in a folder of reports made from ODK forms, and such a folder signed by whoever a test says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from atarraya.sealing.canonical import canonical
from atarraya.sealing.signing import sign_text


def listed(to: Path) -> list[dict[str, Any]]:
    """Return the lines of a folder."""
    found: list[dict[str, Any]] = json.loads(json.loads((to / "returns.json").read_text())["document"])["returns"]
    return found


def sign(to: Path, returns: list[dict[str, Any]], *seeds: str, v: int = 1, rehash: bool = True) -> None:
    """Write a folder's list anew, signed under seeds, with the hash that each report has by now."""
    for one in returns if rehash else ():
        one["hash"] = hashlib.sha256(hashlib.sha256((to / one["report"]).read_bytes()).digest()).hexdigest()
    document = canonical({"v": v, "returns": returns})
    signatures = [sign_text("odk returns", document, seed) for seed in seeds]
    (to / "returns.json").write_text(json.dumps({"v": 1, "document": document, "signatures": signatures}))
