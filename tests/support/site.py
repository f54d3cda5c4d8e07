"""Makes a real installation with the whole cast in it, in the folder and database of the environment.

Run as a program (`python -m support.site`): prints what phones and keyholders need, as JSON. With the word `tables`
it makes the tables and nobody.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def facts(cast: Any) -> dict[str, Any]:
    """Return what a phone, a desk and a thief may hold of the cast, as plain data."""
    from atarraya.sealing.encoding import to_b64

    spots = {name: getattr(cast, name) for name in ("leader", "second", "third", "neighbour", "far")}
    people = {name: getattr(cast, name) for name in ("steward", "verifier", "approver", "companion", "warden")}
    return {
        "network": str(cast.network.id),
        "inbox": str(cast.inbox.pk),
        "number": cast.number,
        "recipients": cast.recipients,
        "fingerprint": cast.fingerprint,
        "identities": {"verifiers": cast.verifiers.identity, "women": cast.women.identity},
        "bundles": {"verifiers": cast.verifiers.bundle, "women": cast.women.bundle},
        "points": {
            name: {
                "id": str(spot.point.pk),
                "municipality": spot.point.municipality,
                "link": spot.link,
                "code": spot.short_code,
                "device": spot.device,
            }
            for name, spot in spots.items()
        },
        "people": {
            name: {
                "id": str(person.member.pk),
                "login": person.member.login,
                "password": person.password,
                "phrase": person.phrase,
                "key": to_b64(person.identity.encode()),
            }
            for name, person in people.items()
        },
    }


def main(words: list[str]) -> int:
    """Make tables and, unless they are all that is wanted, the cast."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.production")
    django.setup()
    from atarraya.command import schema
    from support.cast import raise_cast

    schema.bring_up_to_date()
    json.dump({} if words == ["tables"] else facts(raise_cast()), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
