"""The server seized while it runs: nothing that was written on a phone, and nobody's address, is anywhere to be read.

Every canary goes in through the real interface. Positive controls come first: the desk shows each of them, and the
searcher finds markers planted in each place and each spelling. A server that logs one field turns the search red.
"""

from __future__ import annotations

import base64
import gzip
import http.client
import io
import json
import os
import secrets
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyrage
import pytest
from django.apps import apps

from atarraya.sealing.receipts import answer_lookups
from support import odkraid, planting, starting
from support import server as servers
from support.boxes import boxes
from support.cast import HERE
from support.ledger import kept, make
from support.opener import open_envelope
from support.phone import NOBODY, WOMEN, half, seal_slices
from support.searcher import dump, search, seized, spellings
from support.server import Server, Site, bearing, site

pytestmark = pytest.mark.slow
BOXES = Path(__file__).with_name("text_boxes.txt")
ADDRESS = "127.83.64.57"
SEALED_FIELDS = ("text", "name", "place", "voice", "when", "who", "phone", "file")


def canary(name: str) -> str:
    """Forty characters that are nowhere else, with an accent and a letter that changes in UTF-16 and JSON."""
    return f"canario {name} ñé {secrets.token_hex(20)}"[:40]


@dataclass
class Planted:
    """What was said to the server: words sealed by phones and desks, clear words it must refuse, and tokens."""

    sealed: dict[str, str] = field(default_factory=dict)
    desk: dict[str, str] = field(default_factory=dict)
    clear: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        return [*self.sealed.values(), *self.desk.values(), *self.clear.values(), *self.tokens.values()]

    def word(self, name: str) -> str:
        """Return the canary of one box of a member's pages."""
        return self.desk.setdefault(name, canary(name))


class Elsewhere(http.client.HTTPConnection):
    """A client at an address that must be found nowhere."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port, timeout=30, source_address=(ADDRESS, 0))


def ask(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    return whole(server, method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})[:2]


def whole(
    server: Server, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes, list[tuple[str, str]]]:
    with closing(Elsewhere(server.port)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheaders()


def json_of(body: Any) -> bytes:
    return json.dumps(body).encode()


def say_everything(server: Server) -> Planted:
    """Use every door of the interface as phones do, and as people who mistake where words go."""
    place, said = server.site, Planted()
    point = place.facts["points"]["leader"]
    auth = {"Authorization": f"Point {point['device']}"}
    kind = {"Content_Type": "application/json"}
    said.tokens = {"link": point["link"], "device": point["device"], "code": point["code"]}
    said.tokens |= {f"password of {who}": one["password"] for who, one in place.facts["people"].items()}
    said.tokens |= {f"phrase of {who}": one["phrase"] for who, one in place.facts["people"].items()}
    _send_sealed(server, said, auth, kind)
    _send_in_the_wrong_place(server, said, auth, kind)
    _write_in_members_pages(server, said)
    said.tokens |= odkraid.hand_in(partial(ask, server), place, canary)
    return said


_CIRCLE = "from atarraya.network.models import Circle; print(Circle.objects.get(purpose='VERIFIERS').pk)"


def _write_in_members_pages(server: Server, said: Planted) -> None:
    facts = server.site.facts
    circle = server.site.run(
        "from atarraya.network.models import Circle; print(Circle.objects.get(purpose='VERIFIERS').pk)"
    )
    asking = partial(whole, server)
    planting.at_the_desk(asking, facts, circle.strip(), said.word)
    planting.at_the_door(asking, said.word)
    planting.at_the_account(asking, facts["people"]["steward"], said.word)


def _send_sealed(server: Server, said: Planted, auth: dict[str, str], kind: dict[str, str]) -> None:
    site_, key = server.site, os.urandom(32)
    account = {name: canary(name) for name in SEALED_FIELDS}
    said.sealed |= account
    more = {name: word for name, word in account.items() if name != "text"}
    for addressed, share in ((None, {"kind": "COMBAT", "seen": "SAW"}), (WOMEN, {"kind": "CHECKIN"}), (NOBODY, None)):
        made = make(
            site_, text=account["text"], addressed=addressed, more=more, municipality=HERE, urgency="NOW", share=share
        )
        assert ask(server, "POST", "/api/point/reports", json_of(made.body), **auth, **kind)[0] == 201
    _status, setup = ask(server, "GET", "/api/point/setup.json", **auth)
    made = make(site_, text=account["text"], more=more, municipality=HERE, urgency="NOW")
    outbox = made.outbox(json.loads(setup)["transport_key"])
    raw = {"Content_Type": "application/octet-stream"}
    assert ask(server, "POST", "/api/point/sealed", outbox, **auth, **raw)[0] == 201
    attachment = uuid4()
    for index, body in enumerate(seal_slices(attachment, key, (account["file"] * 900).encode())):
        path = f"/api/point/attachments/{attachment}/{index}"
        assert ask(server, "PUT", path, body, **auth, **raw, Erase_Hash=half())[0] == 201
    said.tokens |= {"lookup": made.lookup, "erase": made.erase, "thread": made.thread, "reply": made.reply}
    body = {"lookup": made.lookup, "erase": made.erase, "thread": made.thread}
    assert (
        ask(server, "POST", "/api/point/receipt", json_of({"lookups": answer_lookups(made.reply)}), **auth, **kind)[0]
        == 200
    )
    assert ask(server, "POST", "/api/point/erase", json_of(body), **auth, **kind)[0] == 200


def _send_in_the_wrong_place(server: Server, said: Planted, auth: dict[str, str], kind: dict[str, str]) -> None:
    for name in ("body", "share", "municipality", "token", "code", "path", "query", "agent", "kind", "slice", "cookie"):
        said.clear[name] = canary(name)
    words, made = said.clear, make(server.site, municipality=HERE, urgency="NOW")
    plain = {name: word.encode().decode("latin-1") for name, word in words.items()}
    from urllib.parse import quote

    tries = [
        ("POST", "/api/point/reports", json_of(made.body | {"text": words["body"]}), auth | kind),
        ("POST", "/api/point/reports", json_of(made.body | {"share": {"kind": words["share"]}}), auth | kind),
        ("POST", "/api/point/reports", json_of(made.body | {"municipality": words["municipality"]}), auth | kind),
        ("POST", "/api/point/redeem", json_of({"token": words["token"]}), kind),
        ("POST", "/api/point/code", json_of({"code": words["code"]}), kind),
        ("GET", f"/api/point/{quote(words['path'])}", b"", auth),
        ("GET", f"/{quote(words['path'])}", b"", {}),
        ("GET", f"/api/point/board.json?since={quote(words['query'])}", b"", auth),
        ("GET", "/api/point/setup.json", b"", auth | {"User_Agent": plain["agent"], "Referer": plain["agent"]}),
        ("GET", "/api/point/setup.json", b"", auth | {"Cookie": f"s={plain['cookie']}", "X_Forwarded_For": ADDRESS}),
        ("POST", "/api/point/reports", words["kind"].encode(), auth | {"Content_Type": plain["kind"]}),
        (
            "PUT",
            f"/api/point/attachments/{uuid4()}/0",
            (words["slice"] * 30).encode(),
            auth | {"Content_Type": "application/octet-stream", "Erase_Hash": half()},
        ),
    ]
    for method, path, body, headers in tries:
        status, _answer = ask(server, method, path, body, **headers)
        assert status < 500, (method, path)


def take_all(place: Site, server: Server | None = None) -> dict[str, bytes]:
    """Return everything a raid would carry away: the folder, its backups opened, the database, the environment."""
    identity = pyrage.x25519.Identity.generate()
    to = place.folder / "backups"
    (place.folder / "installation.json").write_text('{"demo": false, "release": "0"}')
    place.run(
        "import sys; from pathlib import Path; from atarraya.command.snapshots import taking;"
        "taking.take(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]));"
        "taking.take_secrets(Path(sys.argv[1]), sys.argv[2])",
        str(to),
        str(identity.to_public()),
        str(place.folder),
    )
    blobs = seized(place.folder)
    for path in to.glob("*.age"):
        blobs[f"{path.name} opened"] = pyrage.decrypt(path.read_bytes(), [identity])
    shutil.rmtree(to)
    if server is not None and server.process is not None:
        blobs["environment"] = Path(f"/proc/{server.process.pid}/environ").read_bytes()
    if place.url:
        blobs["dump"] = dump(place.url)
    return blobs


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The pages' own files, collected once, outside the folder that is searched: they are the release's, and public."""
    folder = tmp_path_factory.mktemp("static")
    code = "from atarraya.command import release; release.collect()"
    collector = Site(tmp_path_factory.mktemp("collector"), None, more={"ATARRAYA_STATIC": str(folder)})
    collector.run(code)
    collector.rest()
    return str(folder)


@pytest.fixture(scope="module")
def raided(tmp_path_factory: pytest.TempPathFactory, static: str) -> Iterator[tuple[Site, Server, Planted]]:
    folder = tmp_path_factory.mktemp("raid")
    with site(folder, ATARRAYA_STATIC=static) as place, ExitStack() as end:
        with starting.ordinary():  # what is in its environment is looked at
            server = end.enter_context(place.serving())
        yield place, server, say_everything(server)


def test_the_desk_shows_what_was_planted(raided: tuple[Site, Server, Planted]) -> None:
    """Without this, an empty server would pass."""
    place, _server, said = raided
    identity = place.facts["identities"]["verifiers"]
    opened = [open_envelope(blob, [identity]) for blob in kept(place)["opened"].values()]
    shown = json.dumps([one for one in opened if one is not None], ensure_ascii=False)
    assert all(word in shown for word in said.sealed.values())


def test_the_circle_opens_what_a_phone_with_odk_handed_in(raided: tuple[Site, Server, Planted]) -> None:
    place, _server, said = raided
    shown = odkraid.opened(place, place.facts["identities"]["verifiers"])
    assert all(said.tokens[name].encode() in shown for name in ("odk file", "odk instance"))


_SEALED_AT_THE_DESK = """
import base64, json
from atarraya.alerts.models import Approval, Proposal
from atarraya.channels.calls.models import CallChain
from atarraya.network.models import NameList
rows = [*CallChain.objects.values_list("sealed", flat=True), *NameList.objects.values_list("sealed", flat=True),
        *Proposal.objects.values_list("draft", flat=True),
        *Approval.objects.values_list("reason", flat=True)]
print(json.dumps([base64.b64encode(bytes(row)).decode() for row in rows]))
"""


def test_the_circle_opens_what_was_written_at_the_desk(raided: tuple[Site, Server, Planted]) -> None:
    place, _server, said = raided
    identity = place.facts["identities"]["verifiers"]
    blobs = [base64.b64decode(one) for one in json.loads(place.run(_SEALED_AT_THE_DESK)) if one]
    blobs += kept(place)["opened"].values()
    shown = json.dumps([open_envelope(blob, [identity]) for blob in blobs], ensure_ascii=False)
    names = ("note", "names", "summary", "reason", "override", "chain name", "chain number", "chain title")
    assert all(said.desk[name] in shown for name in names)


def test_every_box_of_the_product_has_its_canary_or_its_reason(raided: tuple[Site, Server, Planted]) -> None:
    """Found by listing the forms: a new box turns this red until somebody says what becomes of its words."""
    rows = [line.split(" | ") for line in BOXES.read_text().splitlines() if line and not line.startswith("#")]
    table, said = {box: fate.partition(" ")[::2] for box, fate in rows}, raided[2]
    assert set(boxes()) == set(table)
    planted = said.sealed | said.desk | said.tokens
    for box, (fate, what) in table.items():
        if fate in {"sealed", "secret"}:
            assert what in planted, box
        elif fate == "kept":
            app, model, column = what.split(".")
            apps.get_model(app, model)._meta.get_field(column)
        elif fate == "page":
            path, name = what.split("::")
            assert name in (servers.ROOT / path).read_text(), box
        else:
            assert fate == "closed", box


@pytest.fixture(scope="module")
def loot(raided: tuple[Site, Server, Planted]) -> dict[str, bytes]:
    place, server, _said = raided
    return take_all(place, server)


def test_nothing_said_is_found_anywhere(raided: tuple[Site, Server, Planted], loot: dict[str, bytes]) -> None:
    blobs, said = loot, raided[2]
    assert sum(map(len, blobs.values())) > 100_000 and any("-keys.age opened" in name for name in blobs)
    assert search(blobs, said.words) == []


def test_no_address_of_a_phone_is_found_anywhere(loot: dict[str, bytes]) -> None:
    assert search(loot, [ADDRESS]) == []


def test_the_searcher_finds_a_marker_in_every_place_and_spelling(loot: dict[str, bytes]) -> None:
    marker = canary("control")
    written = spellings(marker)
    for name, blob in loot.items():
        middle = len(blob) // 2

        whole = blob[:middle] + b"|".join(written.values()) + blob[middle:]
        assert {hit.spelling for hit in search({name: whole}, [marker])} == set(written), name


def test_the_searcher_opens_what_is_packed() -> None:
    marker, packed = canary("packed"), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.json.gz", gzip.compress(json.dumps({"x": marker}).encode()))
    for blob in (packed.getvalue(), b"before" + packed.getvalue(), gzip.compress(packed.getvalue())):
        assert search({"backup": blob}, [marker])
    assert search({"backup": packed.getvalue()}, [canary("absent")]) == []


@pytest.mark.only_on("sqlite", reason="rows of PostgreSQL are read by the dump")
def test_a_marker_in_a_row_or_in_the_journal_is_found(raided: tuple[Site, Server, Planted], tmp_path: Path) -> None:
    place, _server, _said = raided
    marker = canary("row")
    copy = Path(shutil.copytree(place.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock")))
    with closing(sqlite3.connect(copy / "atarraya.sqlite3")) as connection:
        connection.execute("UPDATE network_network SET team_hours = ?", [marker])
        connection.commit()
        assert search(seized(copy), [marker])


MUTANTS = {
    "logs a header": "from atarraya.alerts.views.api import door; real = door._token\n"
    "def mutant(request, *more):\n"
    "    import sys; print(request.headers.get('Authorization'), file=sys.stderr); return real(request, *more)\n"
    "door._token = mutant\n",
    "logs a path": "from atarraya.web import middleware; real = middleware.SecurityHeaders.__call__\n"
    "def mutant(self, request):\n"
    "    import sys; print(ascii(request.path), file=sys.stderr); return real(self, request)\n"
    "middleware.SecurityHeaders.__call__ = mutant\n",
    "logs an address": "from atarraya import rsgi; real = rsgi._environ\n"
    "def mutant(scope, body):\n"
    "    import sys; print(scope.client, file=sys.stderr); return real(scope, body)\n"
    "rsgi._environ = mutant\n",
    "logs what a desk sends": "from atarraya.desk import bodies; real = bodies.read\n"
    "def mutant(request, shape):\n"
    "    import sys; print(ascii(request.body.decode()), file=sys.stderr); return real(request, shape)\n"
    "bodies.read = mutant\n",
    "logs a form": "from django.contrib.auth import signals\n"
    "def mutant(credentials, **kwargs):\n"
    "    import sys; print(ascii(credentials), file=sys.stderr)\n"
    "signals.user_login_failed.connect(mutant)\n",
    "keeps a lookup": "from atarraya.alerts.services import receive; real = receive.made_ready\n"
    "def mutant(entry):\n"
    "    import os; open(os.environ['ATARRAYA_DATA'] + '/debug', 'a').write(entry.lookup); return real(entry)\n"
    "receive.made_ready = mutant\n",
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_server_that_keeps_one_field_is_found_out(
    name: str, static: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server forks nothing before it imports the application, so a change at start reaches its workers.
    (tmp_path / "mutant.py").write_text(MUTANTS[name])
    changed = servers.SERVE.replace("from atarraya.command", "import mutant; from atarraya.command", 1)
    monkeypatch.setattr(servers, "SERVE", changed)
    folder = tmp_path / "site"
    folder.mkdir()
    path = f"{tmp_path}:{servers.ROOT / 'src'}:{servers.ROOT / 'tests'}"
    with site(folder, PYTHONPATH=path, ATARRAYA_STATIC=static) as place, place.serving() as server:
        said = say_everything(server)
        found = search(seized(place.folder), [*said.words, ADDRESS])
    assert found, name


def test_the_log_holds_nothing_but_kinds_of_failure(raided: tuple[Site, Server, Planted]) -> None:
    place, server, _said = raided
    log = server.log.read_text()
    assert place.token() not in log and bearing(place.token())["Authorization"] not in log
    assert "/api/" not in log
