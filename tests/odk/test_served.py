"""A real server: bodies in pieces, a phone that hangs up, the same POST at once, and nothing in clear on its disk."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from lxml import etree

from atarraya.channels.odk import rules
from atarraya.sealing import odkform
from support.odkphone import BOUNDARY, TEXT, XFORMS, answers, multipart
from support.searcher import dump
from support.server import Server, Site, site

pytestmark = pytest.mark.slow
MAKE = """
from atarraya.channels.odk.services import devices
from atarraya.network.models import Inbox
new = devices.create("Tableta", Inbox.objects.get(), by=None)
print(f"{new.device.login}:{new.password}")
"""
COUNT = """
import json
from atarraya.channels.odk.models import OdkPart, OdkPartKey, OdkSubmission
print(json.dumps([model.objects.count() for model in (OdkSubmission, OdkPart, OdkPartKey)]))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("odk") / "site") as found:
        yield found


@pytest.fixture(scope="module")
def server(place: Site) -> Iterator[Server]:
    with place.serving() as running:
        yield running


@pytest.fixture(scope="module")
def headers(place: Site) -> dict[str, str]:
    shown = base64.b64encode(place.run(MAKE).strip().encode()).decode()
    return {"Authorization": f"Basic {shown}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def counted(place: Site) -> list[int]:
    found: list[int] = json.loads(place.run(COUNT))
    return found


def filled(server: Server, headers: dict[str, str], photo: int = 60_000) -> bytes:
    """Return one POST of a submission finalised now."""
    got = server.ask("GET", f"/odk/forms/{rules.FORM_ID}/form.xml", None, headers)
    form = etree.fromstring(got.body)
    key = base64.b64decode(form.find(".//x:submission", XFORMS).get("base64RsaPublicKey"))
    instance = f"uuid:{uuid4()}"
    media = [("1700000000000.jpg", b"\xff\xd8" + bytes(range(256)) * (photo // 256))]
    return multipart(*odkform.encrypt(rules.FORM_ID, "1-1", instance, answers(instance), media, key))


def test_a_body_in_pieces_is_taken(place: Site, server: Server, headers: dict[str, str]) -> None:
    before, body = counted(place), filled(server, headers, 900_000)
    pieces = (body[at : at + 7000] for at in range(0, len(body), 7000))
    connection = server.connection()
    connection.request("POST", "/odk/submission", pieces, headers, encode_chunked=True)
    assert connection.getresponse().status == 201
    assert counted(place) == [before[0] + 1, before[1] + 3, before[2] + 3]


def test_the_same_post_four_times_at_once_is_kept_once(place: Site, server: Server, headers: dict[str, str]) -> None:
    before, body = counted(place), filled(server, headers)
    gate, got = threading.Barrier(4), list[int]()

    def send() -> None:
        gate.wait()
        got.append(server.ask("POST", "/odk/submission", body, headers).status)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == [201, 202, 202, 202]
    assert counted(place) == [before[0] + 1, before[1] + 3, before[2] + 3]


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in pieces"])
def test_a_phone_that_hangs_up_half_way_leaves_nothing(
    place: Site, server: Server, headers: dict[str, str], chunked: bool
) -> None:
    before, body = counted(place), filled(server, headers)
    sent = (
        headers
        | {"Host": "127.0.0.1"}
        | ({"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))})
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    half = body[: len(body) // 2]
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"POST /odk/submission HTTP/1.1\r\n{lines}\r\n".encode())
        line.sendall(f"{len(half):x}\r\n".encode() + half + b"\r\n" if chunked else half)
    assert server.ask("POST", "/odk/submission", filled(server, headers), headers).status == 201
    assert counted(place) == [before[0] + 1, before[1] + 3, before[2] + 3]


def test_who_shows_no_password_fills_no_memory(server: Server, headers: dict[str, str]) -> None:
    stranger = {name: value for name, value in headers.items() if name != "Authorization"}
    for path, length, shown, status in (
        ("/odk/submission", 300_000, stranger, 401),
        ("/odk/submission", rules.MOST_POST + 1, headers, 413),
        ("/api/point/reports", 300_000, headers, 413),
    ):
        got = server.ask("POST", path, None, shown | {"Content-Length": str(length)})
        assert got.status == status and got.headers.get("www-authenticate", "").startswith("Basic") == (status == 401)


def test_what_came_in_clear_is_nowhere_on_the_disk(place: Site, server: Server, headers: dict[str, str]) -> None:
    instance = f"uuid:{uuid4()}"
    body = multipart(answers(instance), {"foto.jpg": TEXT.encode() * 3000})
    got = server.ask("POST", "/odk/submission?deviceID=collect%3AinventedPhone", body, headers)
    assert got.status == 422 and b"OpenRosaResponse" in got.body
    assert server.ask("POST", "/odk/submission", filled(server, headers), headers).status == 201
    held = b"".join(path.read_bytes() for path in Path(place.folder).rglob("*") if path.is_file())
    held += dump(place.url) if place.url else b""
    assert len(held) > 100_000
    for secret in (TEXT, TEXT[:20], instance[5:], "inventedPhone", "1700000000000", "submission.xml.enc"):
        assert secret.encode() not in held and secret.encode("utf-16-le") not in held, secret
