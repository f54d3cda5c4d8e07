"""A full disk: media is refused while text is still taken; then text is refused in words, and nothing kept is lost."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest

from support import server as servers
from support.cast import HERE
from support.ledger import kept, make
from support.phone import half
from support.server import Answered, Server, Site, bearing, site

pytestmark = pytest.mark.slow
MORE = 600 * 1024  # bytes a file may still grow


def put_slice(server: Server) -> Answered:
    headers = bearing(server.site.token()) | {"Content-Type": "application/octet-stream", "Erase-Hash": half()}
    return server.ask("PUT", f"/api/point/attachments/{uuid4()}/0", os.urandom(16_400), headers)


def test_below_the_reserve_media_is_refused_and_text_is_taken(tmp_path: Path) -> None:
    with site(tmp_path, ATARRAYA_MEDIA_RESERVE_MB=str(10**9)) as place, place.serving() as server:
        refused = put_slice(server)
        assert (refused.status, refused.json()["title"]) == (507, "no_room")
        assert server.post("/api/point/reports", make(place).body, token=place.token()).status == 201


@pytest.mark.only_on("sqlite", reason="a limit on the size of files cannot be set on a PostgreSQL that others use")
def test_when_nothing_more_fits_it_says_so_and_keeps_what_it_had(place: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    most = (place.folder / "atarraya.sqlite3").stat().st_size + MORE
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most})); {servers.SERVE}"
    monkeypatch.setattr(servers, "SERVE", limited)
    acknowledged, refused = {}, []
    with place.serving() as server:
        while len(refused) < 5 and len(acknowledged) < 3000:
            made = make(place, municipality=HERE, urgency="NOW")
            answer = server.post("/api/point/reports", made.body, token=place.token())
            if answer.status == 201:
                acknowledged[str(made.id)] = made.envelope
                continue
            assert (answer.status, answer.json()["title"]) == (507, "full")
            assert answer.json()["detail"].startswith("Aquí ya no hay espacio")
            refused.append(made)
        assert len(refused) == 5 and len(acknowledged) > 20
        # A little room comes back when what was written is put in its place: media soon finds none either.
        slices = [put_slice(server).status]
        while slices[-1] == 201 and len(slices) < 500:
            slices.append(put_slice(server).status)
        assert slices[-1] == 507
        assert server.get("/api/point/board.json", token=place.token()).status == 200
        assert server.get("/health").status == 200
    monkeypatch.undo()
    with place.serving() as server:
        again = [server.post("/api/point/reports", made.body, token=place.token()).status for made in refused]
    assert set(again) <= {200, 201}
    said = kept(place)
    assert {pk: said["opened"].get(pk) for pk in acknowledged} == acknowledged
    assert all(said["opened"][str(made.id)] == made.envelope for made in refused)
    assert set(said["entries"]) == set(said["opened"])
    assert said["keys"] == len(said["entries"]) + slices.count(201)  # each slice that found room has a key too
