"""What a verifier's desk says of ODK: how many forms nobody has opened, and of a report that it came that way."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from support.desks import desk, open_first, send
from support.living import Live
from support.walking import Visit, look

New = Callable[..., Visit]
WAITS = """
import argparse, pathlib, sys
from atarraya.command import entry, folder
home = pathlib.Path(sys.argv[1])
entry.prepare(argparse.Namespace(folder=home), folder.read(home))
from atarraya.channels.odk import manifest, rules
from atarraya.channels.odk.models import OdkSubmission
from atarraya.channels.odk.services import keeping
from atarraya.network.models import Inbox
from atarraya.sealing import odkform
from support import odkopener
for inbox in Inbox.objects.exclude(pk__in=OdkSubmission.objects.values("inbox")):
    name = f"uuid:{inbox.pk}"
    written, files = odkform.encrypt(rules.FORM_ID, "1-1", name, odkopener.answers(name), [], odkopener.public())
    keeping.keep(inbox, manifest.read(written), written, files)
OdkSubmission.objects.update(day=sys.argv[2])
"""


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_desk_says_what_waits_for_the_workbench_and_what_came_from_it(
    shared: Live, new_phone: New, new_desktop: New, width: str
) -> None:
    day = (datetime.now(UTC).date() - timedelta(days=3)).isoformat()
    shared.home.run([sys.executable, "-c", WAITS, str(shared.home.folder), day])
    told = {"kind": "MOVEMENT_BAN", "odk": {"day": day}, "contact": {}, "groups": ["CHILDREN"]}
    send(shared, text=f"De la otra orilla ({width}).", municipality="27099", age="D3", more=told)
    page = desk(shared, (new_phone if width == "phone" else new_desktop)(), "verifier")
    expect(page.locator("#odk")).to_contain_text("1 reporte de ODK espera a la mesa de trabajo: hace")
    look(page, f"desk-odk-waits-{width}")
    open_first(page, "No dejan pasar")
    thread = page.locator("article.thread")
    expect(thread.locator(".refused").first).to_contain_text("lo abrió la mesa de trabajo.")
    expect(thread.locator(".pairs")).to_contain_text("de hasta tres días")
    look(page, f"desk-odk-came-{width}")
