"""A phone with ODK's own engine sends a form encrypted; the workbench opens it; the desk reads it like any report.

The engine of ODK's web forms (not Collect itself) reads the form and writes the answers; it encrypts nothing, so the
test does, as Collect would. INVENTED WORDS: do not use them in the field.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
from lxml import etree
from playwright.sync_api import Page, expect

from atarraya.sealing import odkform
from atarraya_workbench import folder, submissions, words
from atarraya_workbench.acts import resealing
from atarraya_workbench.keys import odk, ring
from machine import ROOT, node_parts, steps
from support import photos
from support.desks import desk, open_first, sign_in
from support.living import Live
from support.walking import Visit, look

New = Callable[..., Visit]
HERE = Path(__file__).parent
TEXT = "Subieron por el caño en panga; la señora de la ñapa no puede salir."
ANSWERS: dict[str, Any] = {
    "/data/kind": "CONFINEMENT",
    "/data/municipality": "27099",
    "/data/where": "Río arriba del caño Muñoz",
    "/data/urgency": "NOW",
    "/data/when/day": "2026-11-20",
    "/data/when/part": "NIGHT",
    "/data/who": "COMMUNITY",
    "/data/groups": ["CHILDREN", "WOMEN"],
    "/data/bands": "21-100",
    "/data/text": TEXT,
    "/data/contact/way": "VISIT",
    "/data/consents": ["NET_SUMMARY"],
}
PAGE = "<!doctype html><meta charset=utf-8><title>ODK</title><script type=module src=/odk-engine.js></script>"


def bundled(folder: Path) -> str:
    """Return ODK's engine and the few lines that drive it, as one module."""
    made = folder / "engine.js"
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    command: list[str | Path] = [node_parts.home() / "bin" / "node", esbuild, HERE / "odk_engine.mjs", "--bundle"]
    command += ["--format=esm", "--platform=browser", "--conditions=browser", f"--outfile={made}", "--log-level=error"]
    assert steps.run(command, cwd=ROOT, env=node_parts.environment())
    return made.read_text(encoding="utf-8")


def with_engine(live: Live, visit: Visit, folder: Path) -> Page:
    """Open a page of the server's own address that holds the engine; the product serves none like it."""
    script, page = bundled(folder), visit.context.new_page()
    page.route("**/odk-engine.html", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.route("**/odk-engine.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(f"{live.url}/odk-engine.html")
    page.wait_for_function("globalThis.odk")
    return page


def device(live: Live, visit: Visit) -> str:
    """Make a device as a steward does on the page, and return its Basic word."""
    page = sign_in(live, visit, "steward")
    page.goto(f"{live.url}/red/odk/")
    page.locator("[name=name]").fill("Tableta tres")
    look(page, "odk-devices")
    page.get_by_role("button", name="Hacer su código").click()
    shown = page.locator(".code").all_inner_texts()
    look(page, "odk-card")
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, "odk-card-phone")
    server, login, password = shown[:3]
    assert server == f"{live.url}/odk"
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


def whole(live: Live) -> bytes:
    """Return all bytes that the installation keeps."""
    folder = live.home.folder
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_odks_own_engine_fills_the_form_in_and_the_desk_reads_it(
    live: Live, new_phone: New, new_desktop: New, tmp_path: Path
) -> None:
    basic = device(live, new_desktop())
    phone = new_phone()
    page = with_engine(live, phone, tmp_path)
    given = {"basic": basic, "answers": ANSWERS, "photo": list(photos.JPEG)}
    filled = page.evaluate("(given) => globalThis.odk.fill(given)", given)
    assert filled["status"] == "ready" and filled["labels"] == ["¿Qué pasa?", "¿En qué parte?"]
    assert filled["languages"] == ["Español (es)", "English (en)"] and "27099" in filled["places"]
    by_field = {one["field"]: one for one in filled["files"]}
    xml = bytes(by_field.pop("xml_submission_file")["bytes"])
    answers = etree.fromstring(xml)
    assert answers.findtext("{*}text") == TEXT and answers.findtext("{*}when/{*}day") == "2026-11-20"
    assert answers.findtext("{*}groups") == "CHILDREN WOMEN" and answers.get("id") == "atarraya-alerta"

    # As the engine has them, in clear: refused, and nothing of it stays.
    clear = page.evaluate("(given) => globalThis.odk.send(given)", {"basic": basic, "files": filled["files"]})
    assert (clear["head"], clear["post"]) == (204, 422) and "sin cifrar" in clear["says"]
    phone.forgive("422")

    instance = answers.findtext(".//{*}instanceID")
    media = [(one["name"], bytes(one["bytes"])) for one in by_field.values()]
    assert [content for _name, content in media] == [photos.JPEG]
    key = base64.b64decode(filled["key"])
    version = answers.get("version")
    manifest, parts = odkform.encrypt("atarraya-alerta", version, instance, xml, media, key)
    files = [{"field": "xml_submission_file", "name": "submission.xml", "bytes": list(manifest)}]
    files += [{"field": name, "name": name, "bytes": list(content)} for name, content in parts.items()]
    sent = page.evaluate("(given) => globalThis.odk.send(given)", {"basic": basic, "files": files})
    assert (sent["head"], sent["post"]) == (204, 201) and "Todavía nadie lo ha leído" in sent["says"]
    again = page.evaluate("(given) => globalThis.odk.send(given)", {"basic": basic, "files": files})
    assert again["post"] == 202

    held = whole(live)
    for secret in (TEXT, "Muñoz", instance[5:], media[0][0], basic[6:]):
        assert secret.encode() not in held, secret
    assert opened(live, tmp_path) == [manifest, parts[f"{media[0][0]}.enc"], parts["submission.xml.enc"]]
    read_at_the_desk(live, new_desktop(), tmp_path)


def read_at_the_desk(live: Live, visit: Visit, tmp_path: Path) -> None:
    """See that it waits, carry it to the workbench and back, and read it as a verifier."""
    page = desk(live, visit, "verifier")
    expect(page.get_by_text("espera a la mesa")).to_be_visible()
    look(page, "odk-waits")
    brought_back(live, tmp_path)
    page.reload()
    page.locator("#k-phrase").fill(live.secrets["people"]["verifier"]["phrase"])
    page.locator("[data-unlock-form] button.main").click()
    open_first(page, "No podemos salir")
    thread = page.locator("article.thread")
    expect(thread.locator(".account")).to_have_text(TEXT)
    for fact in ("Río arriba del caño Muñoz", "21-100", "niñas y niños"):
        expect(thread.locator(".pairs")).to_contain_text(fact)
    expect(page.get_by_text("espera a la mesa")).to_have_count(0)
    look(page, "odk-read")


def brought_back(live: Live, tmp_path: Path) -> None:
    """Open what waits on the workbench, seal it again as a report, and bring it in."""
    person, out, to = live.secrets["people"]["verifier"], tmp_path / "with-keys", tmp_path / "again"
    live.home.atarraya("export", "--to", str(out), "--only", "envelopes", "--keys-of", person["login"])
    words.speak("es")
    place = folder.read(out)
    keys = ring.by_phrase(place, person["phrase"].split())
    assert keys is not None
    filled = [odk.opened(place, keys, one) for one in submissions.read(place)]
    args = argparse.Namespace(to=str(to), incomplete=False, yes=True)
    assert resealing.run(args, place, keys, filled) == 1
    live.home.atarraya("odk", "import", str(to))


def opened(live: Live, tmp_path: Path) -> list[bytes]:
    """Export, and open the outer seal with the circle's own key: the parts as they were sent, in order."""
    out = tmp_path / "out"
    live.home.atarraya("export", "--to", str(out), "--only", "envelopes")
    (one,) = json.loads((out / "odk.json").read_text())["submissions"]
    identity = pyrage.x25519.Identity.from_str(live.secrets["circles"]["verifiers"][-1])
    return [pyrage.decrypt((out / name).read_bytes(), [identity]).partition(b"\n")[2] for name in one["parts"]]
