"""Questions asked inside a demonstration: inside.py ACT JSON. Prints JSON on its last line."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from atarraya.command import entry, folder


def _ready() -> None:
    home = Path(os.environ["ATARRAYA_DATA"])
    entry.prepare(argparse.Namespace(folder=home), folder.require(home))


def counts() -> dict[str, Any]:
    """Return how the alerts stand and what waits."""
    from atarraya.alerts import rules
    from atarraya.alerts.models import Alert, Entry, Proposal
    from atarraya.kernel import clock
    from atarraya.network.models import Circle, Collective, Member, Network, Point
    from atarraya.territory.models import Zone

    alerts = Alert.objects.all()
    families = {kind: family for family, kinds in rules.FAMILIES.items() for kind in kinds}
    return {
        "demo": Network.objects.get().demo,
        "municipalities": Network.objects.get().municipalities,
        "alerts": alerts.count(),
        "states": Counter(alerts.values_list("state", flat=True)),
        "families": Counter(families[kind] for kind in alerts.values_list("kind", flat=True)),
        "kinds": Counter(alerts.values_list("kind", flat=True)),
        "doubt": alerts.filter(doubt=True).count(),
        "corrected": alerts.filter(corrected=True).count(),
        "held": alerts.filter(held=True).count(),
        "delayed": alerts.exclude(announce_at=None).count(),
        "public": alerts.exclude(public_at=None).count(),
        "seconded": alerts.filter(seconders__gt=0).count(),
        "overdue": alerts.filter(open=True, next_news_at__lt=clock.now()).count(),
        "waiting": Counter(Proposal.objects.filter(state="WAITING").values_list("act", flat=True)),
        "half_agreed": sum(p.approvals.count() == 1 for p in Proposal.objects.filter(state="WAITING")),
        "oldest": (clock.now() - min(alerts.values_list("at", flat=True))).days,
        "newest": (clock.now() - max(alerts.values_list("at", flat=True))).days,
        "zones": [zone.communities for zone in Zone.objects.all()],
        "collectives": Collective.objects.count(),
        "points": Point.objects.count(),
        "circles": sorted(Circle.objects.values_list("purpose", flat=True)),
        "roles": sorted({role for member in Member.objects.all() for role in member.roles}),
        "members": Counter(Member.objects.values_list("state", flat=True)),
        "entries": Entry.objects.count(),
    }


def opened() -> dict[str, list[dict[str, Any]]]:
    """Return what each circle's key opens, by the circle's name, and what nobody opens under ''."""
    from atarraya.alerts.models import Entry, StorageKey
    from atarraya.sealing import storage
    from support.opener import open_envelope

    known = json.loads((Path(os.environ["ATARRAYA_DATA"]) / "keys" / "demo.json").read_text())["circles"]
    keys = StorageKey.objects.in_bulk()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (*known, "")}
    for entry_ in Entry.objects.select_related("envelope"):
        body = storage.decrypt(bytes(keys[entry_.pk].key), bytes(entry_.envelope.body))
        opens = False
        for name, ring in known.items():
            payload = open_envelope(body, [ring["bundle"]["age"]])
            if payload is not None:
                found[name].append(payload)
                opens = True
        if not opens:
            found[""].append({})
    return found


def receipts() -> list[dict[str, str]]:
    """Return what the words of each kept receipt are answered."""
    from atarraya.alerts.services import receipts as answers
    from atarraya.network import queries
    from atarraya.sealing import receipts as words
    from support.opener import open_reply

    known = json.loads((Path(os.environ["ATARRAYA_DATA"]) / "keys" / "demo.json").read_text())["receipts"]
    found = []
    for said in known:
        receipt = words.derive(said, queries.the_network().id)
        slots = [open_reply(slot, receipt.reply) for slot in answers.replies(words.answer_lookups(receipt.reply))]
        found.append(next((slot for slot in reversed(slots) if slot is not None), {}))
    return found


def texts() -> str:
    """Return everything a person could read in the tables, in one piece."""
    from django.apps import apps
    from django.db import models

    found = []
    for model in apps.get_models():
        if model._meta.app_label in {"network", "alerts"} or model._meta.label == "territory.Zone":
            named = [f.name for f in model._meta.fields if isinstance(f, models.CharField | models.TextField)]
            for row in model.objects.values_list(*named) if named else ():
                found.append(" ".join(str(value) for value in row))
    return "\n".join(found)


def real() -> str:
    """Take the mark of a demonstration off, as somebody who copies its rows would."""
    from atarraya.network.models import Network

    Network.objects.update(demo=False)
    return "done"


def authenticate(token: str) -> str:
    """Return what a link opens: a collective's name, or the code of the refusal."""
    from atarraya.kernel.errors import DomainError
    from atarraya.network.services import points

    try:
        return points.authenticate(token).point.collective.name
    except DomainError as refusal:
        return f"refused {refusal.status}"


def check() -> list[str]:
    """Return what the house's own checks find wrong."""
    from atarraya.alerts.services import counting
    from atarraya.trail import services as trail

    trail.check_chain()
    return [str(key) for key in counting.differences()]


def feeds() -> dict[str, Any]:
    """Return what the feeds of the demonstration say, as a program fetches them."""
    from django.test import Client

    from atarraya.alerts.queries.public import public_alerts
    from atarraya.kernel import clock
    from atarraya.network.models import Network

    reader = Client(HTTP_HOST="127.0.0.1")
    table = reader.get("/datos/lista.csv").content.decode()
    index = reader.get("/datos/atom.xml").content.decode()
    messages = re.findall(r'href="([^"]+/cap/[^"]+)"', index)
    here = public_alerts(clock.now()).filter(municipality__in=Network.objects.get().municipalities)
    return {
        "public": here.count(),
        "rows": len(table.split("\r\n")) - 2,
        "entries": len(messages),
        "messages": [reader.get(address).content.decode() for address in messages[:3]],
    }


ACTS: dict[str, Any] = {
    act.__name__: act for act in (counts, opened, receipts, texts, real, authenticate, check, feeds)
}

if __name__ == "__main__":
    _ready()
    print(json.dumps(ACTS[sys.argv[1]](**json.loads(sys.argv[2]))))
