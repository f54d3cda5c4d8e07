"""Makes the server's half of the vectors of sealed SMS. Run by hand when a new version of the message is made."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "src")]

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: E402

from atarraya.sealing.encoding import to_b64  # noqa: E402
from atarraya.sealing.sms import letters, message, model  # noqa: E402
from atarraya.sealing.sms.head import Head  # noqa: E402

INBOX = UUID("0b7c5f5e-8d1a-4c3b-8e6f-2a9d4c1b7e30")
SAID = [
    ("", Head("", "", 0, "", 0, (), ()), 1),
    (
        "Están en la escuela; ¡no suban! Somos 35 (11 niños) y hay 2 heridos…",
        Head("CONFINEMENT", "27099", 32767, "NOW", 22, ("COMMUNITY", "CHILDREN"), ("SAW", "SHARE")),
        4095,
    ),
    (
        "jãrã eberã, kʉrãsa wãta ẽ. ñ Ñ ü Ü “x” – º",
        Head("OTHER", "05001", 12345, "KNOW", 3000, ("INDIGENOUS", "SICK"), ("TOLD",)),
        4096,
    ),
    ("zx" * 48, Head("MINES_UXO", "99999", 1, "DAYS", 20, (), ("CUT",)), 70000),
    ("línea una\nlínea dos 🙏 @#$%&_", Head("THREAT", "27001", 900, "", 21, ("PERSON",), ()), 2),
]


def main() -> None:
    """Write sms.json."""
    secret = X25519PrivateKey.generate()
    public = to_b64(secret.public_key().public_bytes_raw())
    good = []
    for typed, said, number in SAID:
        text = letters.plain(typed)
        sealed = message.seal(said, text, key=public, inbox=INBOX, number=number)
        good.append(
            {
                "typed": typed,
                "text": text,
                "head": asdict(said),
                "number": number,
                "inside": message.pack(said, text).hex(),
                "message": sealed,
            }
        )
    whole = good[1]["message"]
    refused = [
        whole[:-1],
        whole + "0",
        "",
        "z" * 160,
        "0" * 160,
        whole[:80] + "-" + whole[81:],
        whole[:80] + "ñ" + whole[81:],
    ]
    rows = {
        f"{before}{last}": model.row(letters.LETTERS.index(before), letters.LETTERS.index(last))[0]
        for before, last in ("\n\n", ". ", "qu", "ñ*", "ja")
    }
    said = {
        "inbox": str(INBOX),
        "secret": to_b64(secret.private_bytes_raw()),
        "public": public,
        "good": good,
        "refused": refused,
        "rows": rows,
    }
    (HERE / "sms.json").write_text(json.dumps(said, indent=1) + "\n")


if __name__ == "__main__":
    main()
