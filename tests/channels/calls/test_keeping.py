"""Call chains at the server: sealed to the present keys, never written over unread, and nothing in them to be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from atarraya.channels.calls.models import CallChain
from atarraya.channels.calls.refusals import ChainNotSealed, Stale, TooManyChains
from atarraya.channels.calls.services import keeping
from atarraya.kernel.errors import NotFound
from atarraya.sealing import envelopes
from atarraya.sealing.encoding import to_b64
from atarraya.trail.models import Line
from support.cast import Cast
from support.opener import open_envelope

pytestmark = pytest.mark.django_db
NAME, NUMBER = "Rosalía la del puerto", "+573009998877"
SAID: dict[str, Any] = {
    "v": 1,
    "type": "calls",
    "title": "río arriba",
    "people": [{"id": "a", "name": NAME, "number": NUMBER, "by": ""}],
}


def sealed(cast: Cast, **more: Any) -> bytes:
    return envelopes.seal(SAID | more, cast.recipients, [True, False, False])


def add(cast: Cast, **more: Any) -> CallChain:
    return keeping.add(cast.inbox.pk, sealed(cast, **more), cast.number, by=cast.verifier.member)


def test_who_saves_over_what_they_have_not_read_is_refused_and_nothing_changes(cast: Cast) -> None:
    chain = add(cast)
    first = keeping.change(chain.pk, sealed(cast, title="de Ana"), cast.number, 1, by=cast.verifier.member)
    assert first.version == 2
    for version in (0, 1, 3):
        with pytest.raises(Stale):
            keeping.change(chain.pk, sealed(cast, title="de Leo"), cast.number, version, by=cast.approver.member)
        with pytest.raises(Stale):
            keeping.erase(chain.pk, version, by=cast.approver.member)
    opened = open_envelope(bytes(CallChain.objects.get().sealed), [cast.verifiers.identity])
    assert opened is not None and opened["title"] == "de Ana"
    keeping.erase(chain.pk, 2, by=cast.approver.member)
    with pytest.raises(Stale):
        keeping.change(chain.pk, sealed(cast), cast.number, 2, by=cast.verifier.member)
    assert not CallChain.objects.exists()


def test_only_who_serves_the_inbox_keeps_sees_or_erases_it(cast: Cast, client: Client) -> None:
    chain = add(cast)
    stranger = cast.infiltrator.member
    with pytest.raises(NotFound):
        keeping.add(cast.inbox.pk, sealed(cast), cast.number, by=stranger)
    with pytest.raises(NotFound):
        keeping.change(chain.pk, sealed(cast), cast.number, 1, by=stranger)
    with pytest.raises(NotFound):
        keeping.erase(chain.pk, 1, by=stranger)
    client.force_login(stranger, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/equipo/llamadas/selladas.json").json() == {"chains": []}
    assert client.get(f"/equipo/llamadas/{chain.pk}/").status_code == 404


@pytest.mark.parametrize("spoilt", ["clear", "one_stanza", "old_list", "no_list", "cut"])
def test_only_what_is_sealed_to_the_present_keys_is_kept(cast: Cast, spoilt: str) -> None:
    good = sealed(cast)
    bad = {
        "clear": (json.dumps(SAID).encode().ljust(2600), cast.number),
        "one_stanza": (envelopes.seal(SAID, cast.recipients[:1], [True]), cast.number),
        "old_list": (good, cast.number - 1),
        "no_list": (good, cast.number + 1),
        "cut": (good[:-1], cast.number),
    }
    with pytest.raises(ChainNotSealed):
        keeping.add(cast.inbox.pk, *bad[spoilt], by=cast.verifier.member)
    assert not CallChain.objects.exists()


def test_another_circles_key_opens_nothing_and_no_row_or_line_says_who_is_in_it(cast: Cast, client: Client) -> None:
    chain = add(cast)
    assert open_envelope(bytes(chain.sealed), [cast.women.identity]) is None
    client.force_login(cast.verifier.member, "allauth.account.auth_backends.AuthenticationBackend")
    pages = [client.get(f"/equipo/llamadas/{end}").content for end in ("", "nueva/", f"{chain.pk}/", "selladas.json")]
    held = [*pages, bytes(CallChain.objects.get().sealed), repr(list(Line.objects.values())).encode()]
    for word in (NAME, NUMBER, NUMBER[1:], "puerto", "río arriba"):
        assert not [part for part in held if word.encode() in part], word
    assert Line.objects.filter(verb="calls.keep", subject=str(chain.pk)).count() == 1


def test_a_stale_save_is_said_in_words_to_the_page(cast: Cast, client: Client) -> None:
    chain = add(cast)
    client.force_login(cast.verifier.member, "allauth.account.auth_backends.AuthenticationBackend")
    said = {"sealed": to_b64(sealed(cast)), "number": cast.number, "version": 7}
    address = f"/equipo/llamadas/{chain.pk}/"
    answer = client.post(address, said, "application/json", headers={"Accept": "application/json"})
    assert answer.status_code == 409 and answer.json()["title"] == "stale"
    assert "sigue aquí" in answer.json()["detail"]
    good = client.post(address, said | {"version": 1}, "application/json", headers={"Accept": "application/json"})
    assert good.json() == {"next": "/equipo/llamadas/"}
    ended = client.post(f"{address}borrar/", {"version": 2}, "application/json", headers={"Accept": "application/json"})
    assert ended.status_code == 200 and not CallChain.objects.exists()


def test_there_is_an_end_to_lists(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    add(cast)
    add(cast)
    with pytest.raises(TooManyChains):
        add(cast)
