"""Build the text model of sealed SMS from tools/smsmodel/*.txt: the same texts give the same bytes anywhere.

`smsmodel.py` writes src/atarraya/sealing/sms/model-1.txt. A model that phones have is never changed: another one is
another version of the message.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from atarraya.sealing.sms import letters, model  # noqa: E402

TEXTS = ROOT / "tools" / "smsmodel"
BUILT = ROOT / "src" / "atarraya" / "sealing" / "sms" / "model-1.txt"
# Reports weigh more than general Spanish: there are few, and they are what is written.
TRAINED = {"reports.txt": 4, "house.txt": 1}


def lines(name: str) -> list[str]:
    """Return the texts of a file as a message carries them."""
    written = (TEXTS / name).read_text(encoding="utf-8").splitlines()
    return [letters.plain(line) for line in written if line and not line.startswith("#")]


def build() -> str:
    """Return the model file."""
    counts: dict[tuple[int, int], dict[int, int]] = {}
    place = {letter: at for at, letter in enumerate(letters.LETTERS)}
    for name, weight in TRAINED.items():
        for line in lines(name):
            text = "\n\n" + line
            for before, last, letter in zip(text, text[1:], line, strict=False):
                following = counts.setdefault((place[before], place[last]), {})
                following[place[letter]] = following.get(place[letter], 0) + weight
    return model.write(counts)


if __name__ == "__main__":
    BUILT.write_text(build(), encoding="ascii")
    print(f"{BUILT.relative_to(ROOT)}: {BUILT.stat().st_size:,} bytes")
