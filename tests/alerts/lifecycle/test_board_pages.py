"""Board pages: who reaches them, what they say, how little they weigh, and what the public never learns (R19)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from atarraya.alerts import rules
from atarraya.alerts.models import Alert
from atarraya.alerts.queries import mapping, public
from atarraya.alerts.services import counting, expiring
from atarraya.alerts.services.acts import act
from atarraya.kernel import clock
from atarraya.network.models import Member, Network
from support.people import about, agree, alert_in, warn, whole, write
from support.river import ACANDI, BOJAYA, MEDIO, NOON, Cast

DAY = timedelta(days=1)
HTML = {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "es"}


def signed_in(member: Member) -> Client:
    client = Client(**HTML)
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return re.sub(r"\s+", " ", response.content.decode())


def published(cast: Cast, **said: Any) -> Alert:
    """Return an alert that two people published as confirmed, for the public too."""
    text = whole("publish_confirmed", public=True, summary="Hubo presencia armada.", **said)
    text["consents"] = ["NET_SUMMARY", "PUBLIC_SUMMARY"]
    done = agree(write(cast, text, cast.member()), cast.member("APPROVER")).alert
    assert done is not None
    return done


def test_the_board_shows_every_served_municipality_in_words(cast: Cast) -> None:
    zone = cast.zone(points=3)
    warn(cast, share={"zone": str(zone.pk), "seen": "SAW"})
    page = read(signed_in(cast.member(municipalities=(BOJAYA, MEDIO))), "/tablero/")
    assert "<strong>Hombres armados</strong> · río Agua Mansa</span>" in page
    assert 'hoy en la mañana · <span class="state">lo dice un punto; nadie lo ha comprobado</span>' in page
    assert "vence en 2 días" in page or "vence mañana" in page
    assert "hay alertas" in page and "pocos puntos: pregunte" in page
    assert "Acandí (Chocó)</a></h2>" not in page  # not served; on the map only
    assert '<use href="#s-UNCONF"/>' in page and 'id="s-UNCONF"' in page
    assert 'href="/municipio/27006/"' in page  # the map leads there


def test_a_member_without_municipalities_is_told_so(cast: Cast) -> None:
    page = read(signed_in(cast.member(municipalities=())), "/tablero/")
    assert "Usted no atiende ningún municipio todavía" in page


@pytest.mark.parametrize("address", ["/tablero/", f"/municipio/{BOJAYA}/"])
def test_only_working_members_reach_their_pages(cast: Cast, address: str) -> None:
    assert Client(**HTML).get(address).status_code == 302
    assert Client().get(address).status_code == 401
    member = cast.member()
    client = signed_in(member)
    assert client.post(address).status_code in {403, 405}
    Member.objects.filter(pk=member.pk).update(state="WAITING")
    assert client.get(address).status_code == 404


def test_a_municipality_outside_the_network_is_not_there(cast: Cast) -> None:
    client = signed_in(cast.member())
    for address in ("/municipio/99999/", "/publico/99999/", "/municipio/x/"):
        assert client.get(address).status_code == 404


def test_who_does_not_serve_a_place_sees_what_the_network_sees(cast: Cast) -> None:
    near, far = warn(cast), warn(cast, kind="COMBAT")
    act(far.pk, "carry_further", by=cast.member())
    page = read(signed_in(cast.member(municipalities=(ACANDI,))), f"/municipio/{BOJAYA}/")
    assert str(near.pk) not in page and str(far.pk) in page and "no atiende este municipio" in page


def test_history_has_everything_page_by_page_and_what_was_done(cast: Cast) -> None:
    alerts = [warn(cast, age="D1" if number % 2 else "H1") for number in range(45)]
    ended = alert_in(cast, "CLOSED")
    held = [warn(cast, cast.point()) for _ in range(1)]
    client = signed_in(cast.member())
    seen: list[str] = []
    address = f"/municipio/{BOJAYA}/"
    for _ in range(3):
        page = read(client, address)
        history = page.split('class="plain history"')[1]
        seen.append(str(history.count("<li><p>") + history.count('<li class="ended"> <p>') + history.count("<li> <p>")))
        cursor = re.search(r'href="[^"]*\?desde=([^"]+)"', page)
        if cursor is None:
            break
        address = f"/municipio/{BOJAYA}/?desde={cursor[1]}"
    assert seen == ["20", "20", "7"], seen
    assert len(alerts) + 1 + len(held) == 47 and ended.state == "CLOSED"
    assert "Qué se hizo" in page and "Publicar" in page
    assert client.get(f"/municipio/{BOJAYA}/?desde=nonsense").status_code == 200
    assert client.get(f"/municipio/{BOJAYA}/?desde=zz.{ended.pk}").status_code == 200


def test_a_page_of_fifty_alerts_is_under_eight_kilobytes(cast: Cast) -> None:
    for number in range(50):
        kind = [kind for kind in rules.KINDS if rules.POLICY[kind] is rules.Policy.AT_ONCE][number % 6]
        warn(cast, kind=kind, urgency=rules.URGENCIES[number % 3])
    client = signed_in(cast.member())
    response = client.get(f"/municipio/{BOJAYA}/", HTTP_ACCEPT_ENCODING="gzip, br")
    assert response["Content-Encoding"] == "br" and "Accept-Encoding" in response["Vary"]
    assert len(response.content) <= 8 * 1024, len(response.content)
    assert "Hombres armados" in brotli.decompress(response.content).decode()


def test_pages_ask_as_many_questions_for_many_alerts_as_for_few(cast: Cast) -> None:
    client = signed_in(cast.member())
    counts: dict[str, list[int]] = {}
    for _ in range(2):
        for _ in range(25):
            warn(cast)
        for address in ("/tablero/", f"/municipio/{BOJAYA}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.setdefault(address, []).append(len(asked))
    assert all(few == many for few, many in counts.values()), counts


def test_the_map_counts_what_stands_and_equals_a_recount(cast: Cast) -> None:
    for _ in range(3):
        warn(cast)
    alert_in(cast, "CLOSED")
    point = cast.point(MEDIO)
    for _ in range(4):
        warn(cast, point, municipality=MEDIO)  # the fourth is held
    warn(cast, cast.point(ACANDI), municipality=ACANDI, share={"delay": True})
    assert mapping.standing([BOJAYA, MEDIO, ACANDI]) == {BOJAYA: 3, MEDIO: 3}
    standing = Alert.objects.filter(open=True, seq__gt=0)
    assert mapping.standing([BOJAYA, MEDIO]) == {
        code: standing.filter(municipality=code).count() for code in (BOJAYA, MEDIO)
    }
    assert counting.differences() == {}


# ---- the public page


def test_the_public_reads_what_two_approved_days_later_by_day_only(cast: Cast) -> None:
    zone = cast.zone(points=3)
    alert = published(cast, kind="CONFINEMENT", zone=str(zone.pk), day="2026-11-20", when="NIGHT")
    public_client = Client(**HTML)
    for later in (0, 1, 2, 3):
        with clock.freeze(NOON + later * DAY):
            assert "Hubo presencia armada" not in read(public_client, "/publico/")
    with clock.freeze(NOON + 4 * DAY):
        for address in ("/publico/", f"/publico/{BOJAYA}/"):
            page = read(public_client, address)
            assert "Hubo presencia armada" in page and "el 20 de noviembre" in page and "confirmado" in page
            for secret in ("Agua Mansa", "noche", str(alert.pk), "punto", "hoy", "18"):
                assert secret not in re.sub(r"<svg.*?</svg>|<[^>]+>|20 de noviembre", " ", page), (address, secret)


@pytest.mark.parametrize("state", rules.STATES)
def test_the_public_never_reads_what_is_not_confirmed(cast: Cast, state: str) -> None:
    now = NOON + 10 * DAY
    with clock.freeze(now):
        alert = alert_in(cast, state, public_at=NOON, public_day=NOON.date(), public_summary="Hubo presencia armada.")
        found = public.public_page(BOJAYA, now).lines
        page = read(Client(**HTML), f"/publico/{BOJAYA}/")
    if state in {"UNCONF", "INPROC", "MERGED"}:
        assert found == [] and "Hombres armados" not in page
    elif state in {"CONF", "CLOSED", "EXPIRED"}:
        assert found[0].state == state and "Hubo presencia armada" in page
    else:
        assert found[0].state == "GONE" and "Hubo presencia armada" not in page and "retirado" in page
        with clock.freeze(now + 31 * DAY):
            assert public.public_page(BOJAYA, clock.now()).lines == []
    assert alert.public_at == NOON


def test_what_was_found_inconclusive_never_comes_back_by_lapsing(cast: Cast) -> None:
    """An alert that lapses says “it was confirmed”: only one that was confirmed until then may say so."""
    alert = published(cast, kind="CONFINEMENT")
    with clock.freeze(NOON + 5 * DAY):
        alert.refresh_from_db()
        agree(write(cast, about("inconclusive", alert), cast.member()), cast.member("APPROVER"))
        assert [line.state for line in public.public_page(BOJAYA, clock.now()).lines] == ["GONE"]
    for later in (8, 20, 60):
        with clock.freeze(NOON + later * DAY):
            expiring.run()
            assert Alert.objects.get(pk=alert.pk).state == "EXPIRED"
            assert public.public_page(BOJAYA, clock.now()).lines == []
            assert "Hubo presencia armada" not in read(Client(**HTML), f"/publico/{BOJAYA}/")


def test_one_voice_that_renews_gives_the_public_nothing_to_read(cast: Cast) -> None:
    alert = published(cast)
    with clock.freeze(NOON + 5 * DAY):
        expiring.run()
        act(alert.pk, "renew", by=cast.member())
        assert public.public_page(BOJAYA, clock.now()).lines == []
    with clock.freeze(NOON + 9 * DAY):
        expiring.run()
        assert Alert.objects.get(pk=alert.pk).state == "EXPIRED"
        assert public.public_page(BOJAYA, clock.now()).lines == []


def test_what_lapsed_is_public_as_lapsed_though_the_worker_stands_still(cast: Cast) -> None:
    published(cast, kind="CONFINEMENT")
    with clock.freeze(NOON + 5 * DAY):
        assert public.public_page(BOJAYA, clock.now()).lines[0].state == "CONF"
        assert BOJAYA in public.public_marks([BOJAYA], clock.now())
    with clock.freeze(NOON + 9 * DAY):
        line = public.public_page(BOJAYA, clock.now()).lines[0]
        assert (line.state, line.advice) == ("EXPIRED", "")
        assert public.public_marks([BOJAYA], clock.now()) == {}
        assert "se confirmó; no hay noticia después" in read(Client(**HTML), "/publico/")


def test_nothing_is_public_that_was_not_made_so(cast: Cast) -> None:
    for state in rules.STATES:
        alert_in(cast, state)
    with clock.freeze(NOON + 30 * DAY):
        assert public.public_page(BOJAYA, clock.now()).lines == []
        assert "no quiere decir que no pase nada" in read(Client(**HTML), f"/publico/{BOJAYA}/")


def test_a_withdrawn_public_alert_is_said_to_be_withdrawn(cast: Cast) -> None:
    alert = published(cast)
    with clock.freeze(NOON + 5 * DAY):
        client = Client(**HTML)
        assert "Hubo presencia armada" in read(client, "/publico/")
        agree(write(cast, about("withdraw", Alert.objects.get(pk=alert.pk)), cast.member()), cast.member("VERIFIER"))
        page = read(client, "/publico/")
        assert "Hubo presencia armada" not in page and "retirado: ya no se sostiene" in page


def test_what_was_withdrawn_before_its_public_day_is_never_told(cast: Cast) -> None:
    alert = published(cast)
    with clock.freeze(NOON + 1 * DAY):
        agree(write(cast, about("withdraw", Alert.objects.get(pk=alert.pk)), cast.member()), cast.member("VERIFIER"))
    for days in (1, 4, 20):
        with clock.freeze(NOON + days * DAY):
            page = read(Client(**HTML), "/publico/")
            assert "Hubo presencia armada" not in page and "retirado" not in page


def test_hiding_reaches_the_public_at_once(cast: Cast) -> None:
    alert = published(cast)
    with clock.freeze(NOON + 5 * DAY):
        act(alert.pk, "hide_summary", by=cast.member())
        assert "Hubo presencia armada" not in read(Client(**HTML), "/publico/")


def test_the_network_may_wait_longer(cast: Cast, network: Network) -> None:
    Network.objects.update(public_delay_hours=240)
    published(cast)
    with clock.freeze(NOON + 9 * DAY):
        assert "Hubo presencia" not in read(Client(**HTML), "/publico/")
    with clock.freeze(NOON + 12 * DAY):
        assert "Hubo presencia" in read(Client(**HTML), "/publico/")


def test_public_pages_are_the_same_bytes_for_all_and_unchanged_ones_are_not_sent_again(cast: Cast) -> None:
    published(cast)
    with clock.freeze(NOON + 5 * DAY):
        first = Client(**HTML).get("/publico/")
        second = signed_in(cast.member()).get("/publico/")
        assert first.content == second.content and "Set-Cookie" not in first.headers
        again = Client(**HTML).get("/publico/", HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        published(cast)
        with clock.freeze(NOON + 10 * DAY):
            assert Client(**HTML).get("/publico/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_the_public_cursor_knows_the_day_only(cast: Cast) -> None:
    for number in range(25):
        published(cast, day=f"2026-11-{20 - number % 2}")
    with clock.freeze(NOON + 5 * DAY):
        first = public.public_page(BOJAYA, clock.now())
        second = public.public_page(BOJAYA, clock.now(), first.cursor)
        assert len(first.lines) == 20 and len(second.lines) == 5 and second.cursor == ""
        assert not {line.id for line in first.lines} & {line.id for line in second.lines}
        assert re.fullmatch(r"2026-11-(19|20)\.[0-9a-f-]{36}", first.cursor)
        assert [line.day for line in first.lines] == sorted((line.day for line in first.lines), reverse=True)
        assert public.public_page(BOJAYA, clock.now(), "nonsense").lines == first.lines


def test_pages_work_without_scripts_and_are_sparing(cast: Cast) -> None:
    published(cast)
    warn(cast)
    with clock.freeze(NOON + 5 * DAY):
        for client, address in ((Client(**HTML), "/publico/"), (signed_in(cast.member()), "/tablero/")):
            page = client.get(address).content.decode()
            assert "<style" not in page and "onclick" not in page
            assert not re.search(r"<script(?![^>]*src=)", page)
            assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
