"""What a site has kept, read the way a desk gets it: through the services, in a process of its own."""

from __future__ import annotations

import base64
import json
from typing import Any

from support.phone import Made, seal_report
from support.server import Site

_ENTRIES = """
import base64, json
from atarraya.alerts.models import Entry, Envelope, StorageKey, Chunk, Alert, Spoken
from atarraya.sealing import storage
keys = {row.pk: bytes(row.key) for row in StorageKey.objects.all()}
opened = {str(row.pk): base64.b64encode(storage.decrypt(keys[row.pk], bytes(row.body))).decode()
          for row in Envelope.objects.all()}
print(json.dumps({"opened": opened, "entries": [str(pk) for pk in Entry.objects.values_list("pk", flat=True)],
    "keys": len(keys), "chunks": Chunk.objects.count(), "spoken": Spoken.objects.count(),
    "shown": Alert.objects.filter(held=False).count(), "held": Alert.objects.filter(held=True).count()}))
"""


def kept(place: Site) -> dict[str, Any]:
    """Return the site's entries: `opened` maps id to the bytes a desk would be handed."""
    said = json.loads(place.run(_ENTRIES))
    said["opened"] = {pk: base64.b64decode(body) for pk, body in said["opened"].items()}
    return said


def make(place: Site, **said: Any) -> Made:
    """Seal a report of the site's inbox, as a phone would."""
    facts = place.facts
    return seal_report(facts["inbox"], facts["number"], facts["recipients"], **said)
