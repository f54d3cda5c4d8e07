"""One of two worlds that differ by one act, told whole: every table, every role's pages, the log.

Run as a program (`python -m support.world DIFFERENCE`) in an installation that has its tables; reads its circles' RSA
keys as JSON, which are to be of one length, and prints JSON. What is random by nature (ids, keys, sealed bytes) is
blanked to its kind and length; everything else stays.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

NOON = datetime(2026, 11, 23, 17, 20, 31, tzinfo=UTC)
PERSONS = ("steward", "verifier", "approver", "responder", "companion", "analyst", "infiltrator", "outsider", "warden")
# Kinds of text that are drawn anew in every world, longest spellings first.
RANDOM = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "uuid"),
    (r"\$argon2id?\$[^\s\"]+", "password"),
    (r"age1[0-9a-z]{58}", "recipient"),
    (r"(?:[0-9A-Z]{4}[- ]){5,}[0-9A-Z]{4}", "grouped"),
    (r"\b[0-9a-f]{16,}\b", "hex"),
    (r"[A-Za-z0-9_+/-]{200,}={0,2}|[A-Za-z0-9_-]{40,}={0,2}", "text"),
    (r"(?<=<path d=)\"[^\"]*\"", "qr"),
)


def blanked(value: Any) -> Any:
    """Return a value with what is random replaced by its kind and length."""
    if isinstance(value, (bytes, memoryview)):
        return f"<bytes {len(bytes(value))}>"
    if isinstance(value, (int, bool)) or value is None:
        return value
    text = json.dumps(value, sort_keys=True, default=str) if isinstance(value, (dict, list)) else str(value)
    for pattern, kind in RANDOM:
        text = re.sub(pattern, lambda match, kind=kind: f"<{kind} {len(match[0])}>", text)
    return text


def tables() -> dict[str, Any]:
    """Return every table: its rows, blanked and sorted, and for each column the lengths and how many are null."""
    from django.apps import apps

    told = {}
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.label):
        rows = [{name: blanked(value) for name, value in row.items()} for row in model.objects.order_by().values()]
        raw = list(model.objects.order_by().values())
        columns = {
            name: dict(sorted(Counter(str(_size(row[name])) for row in raw).items()))
            for name in (raw[0] if raw else {})
        }
        told[model._meta.label] = {"rows": sorted(map(str, rows)), "columns": columns}
    return told


def _size(value: Any) -> Any:
    if value is None:
        return "null"
    if isinstance(value, (bool, int)):
        return value
    return len(value if isinstance(value, (bytes, memoryview)) else str(value))


def pages(cast: Any) -> dict[str, Any]:
    """Return what every person and every point is answered at every address that takes no argument."""
    from django.test import Client
    from django.urls import get_resolver

    from atarraya.kernel import clock

    paths = sorted({path for path in _paths(get_resolver().url_patterns) if "<" not in path and "^" not in path})
    day = clock.today().isoformat()
    desk = [
        f"equipo/entradas.json?inbox={cast.inbox.pk}&municipality={code}&day={day}" for code in ("27099", "27001", "")
    ]
    told = {}
    for name in ("nobody", *PERSONS):
        client = Client(raise_request_exception=False)
        if name != "nobody":
            client.force_login(getattr(cast, name).member)
        for path in [*paths, *desk]:
            told[f"{name} /{path.split('inbox=')[0]}{path[-10:] if 'inbox=' in path else ''}"] = _seen(client, path)
    for name in ("leader", "second", "neighbour", "far"):
        spot = getattr(cast, name)
        for path in ("api/point/board.json", "api/point/setup.json", "api/point/phones"):
            told[f"{name} /{path}"] = _seen(Client(), path, spot.header)
    return told


def _paths(patterns: Any, before: str = "") -> Any:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _paths(pattern.url_patterns, here)
        else:
            yield here


def _seen(client: Any, path: str, headers: dict[str, str] | None = None) -> list[Any]:
    answer = client.get(f"/{path}", headers={"Accept": "text/html", **(headers or {})})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [answer.status_code, len(body), blanked(body.decode("utf-8", "replace"))]


def live(difference: str) -> dict[str, Any]:
    """Live a day: the same in every world but for what the leader's phone sends in the middle."""
    from atarraya.alerts.services.receive import receive_report
    from atarraya.network.services.points import authenticate
    from support.cast import HERE, NEAR, raise_cast
    from support.phone import NOBODY, WOMEN, Made, false_alarm, report

    cast = raise_cast()

    def send(spot: Any, **said: Any) -> str:
        return hand(spot, report(cast, **said))

    def hand(spot: Any, made: Made) -> str:
        received = receive_report(access=authenticate(spot.device), header=made.parsed, envelope=made.envelope)
        return f"{received.new} {received.board}"

    here: dict[str, Any] = {"municipality": HERE, "urgency": "KNOW"}
    quiet = here | {"share": {"kind": "CHECKIN"}}
    answers = [
        send(cast.second, **here, text="Vimos una lancha."),
        send(cast.neighbour, municipality=NEAR, urgency="KNOW", share={"kind": "CHECKIN"}, addressed=NOBODY),
        send(cast.third, municipality=HERE, urgency="NOW", share={"kind": "COMBAT", "seen": "SAW"}),
    ]
    acts: dict[str, dict[str, Any]] = {
        "checkin": {**quiet, "addressed": NOBODY, "kind": "checkin", "text": ""},
        "discreet": {**quiet, "addressed": WOMEN, "text": "Necesito hablar con una mujer. " * 20},
        # Controls: worlds that must be told apart.
        "unspoken": {**here, "addressed": WOMEN, "text": "Necesito hablar con una mujer."},
        "long": {**quiet, "addressed": WOMEN, "text": "Necesito hablar con una mujer. " * 90},
    }
    if difference in acts:
        answers.append(send(cast.leader, **acts[difference]))
    else:
        answers += _denied(cast, hand, difference, report(cast, **here), false_alarm)
    answers.append(send(cast.second, **quiet, addressed=NOBODY))
    told = {"answers": answers, "tables": tables()}
    # Tables tell the controls apart; the pages, which take long, are for the two worlds that must be alike.
    return told | ({"pages": pages(cast), "after": tables()} if difference in {"checkin", "discreet"} else {})


def _denied(cast: Any, hand: Any, whose: str, made: Any, false_alarm: Any) -> list[str]:
    """A report, and a false alarm said with its `right` words or with `wrong` ones (or with none: `unsaid`)."""
    said = [hand(cast.leader, made)]
    if whose != "unsaid":
        said.append(hand(cast.second, false_alarm(cast, made if whose == "right" else None, municipality="27099")))
    return said


def main(difference: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.production")
    django.setup()
    from django.conf import settings

    from atarraya.kernel import clock
    from support import rsakeys

    rsakeys.use(json.load(sys.stdin))
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.ALLOWED_HOSTS = ["*"]
    with clock.freeze(NOON):
        json.dump(live(difference), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
