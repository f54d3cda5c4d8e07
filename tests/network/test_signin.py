"""Signing in: what of allauth is reachable, second factors, limits, and what is never stored."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta

import pytest
from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from atarraya.kernel import clock
from atarraya.network import urls
from atarraya.network.models import Member
from atarraya.network.refusals import NeedsSteward, NotWorking
from atarraya.network.services import factors, members
from support.cast import Cast, sign_in

PAGE = {"accept": "text/html"}
# Everything of allauth that answers here. Nothing may join this list unseen.
REACHABLE = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found = set()
    for pattern in patterns:
        found |= names(pattern.url_patterns) if isinstance(pattern, URLResolver) else {str(pattern.name)}
    return found


def enter(client: Client, login: str, password: str) -> int:
    return client.post("/entrar/", {"login": login, "password": password}, headers=PAGE).status_code


def test_of_allauth_only_the_listed_doors_exist() -> None:
    offered = names(account_urls.urlpatterns) | names(mfa_urls.urlpatterns)
    assert offered >= REACHABLE
    assert {name for name in names(urls.urlpatterns) if name in offered} == REACHABLE
    for name in offered - REACHABLE:
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_no_path_of_allauths_own_answers(client: Client, cast: Cast) -> None:
    sign_in(client, cast.steward)
    for path in ("signup", "login", "password/reset", "email", "confirm-email", "2fa", "login/code/confirm"):
        for prefix in ("/", "/accounts/"):
            assert client.get(f"{prefix}{path}/", headers=PAGE).status_code == 404, path


def test_no_door_of_the_house_leads_to_allauth_unseen() -> None:
    views = [
        str(getattr(pattern.callback, "__module__", ""))
        for pattern in _flat(get_resolver().url_patterns)
        if str(getattr(pattern.callback, "__module__", "")).startswith("allauth")
    ]
    assert len(views) <= len(REACHABLE)


def _flat(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    return [
        one
        for pattern in patterns
        for one in (_flat(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern])
    ]


def test_name_and_password_let_in_and_go_to_the_next_step(client: Client, cast: Cast) -> None:
    assert enter(client, "ivan", cast.verifier.password) == 302
    assert client.get("/mi-cuenta/siguiente/").headers["Location"] == "/equipo/"
    assert enter(Client(), "dario", cast.outsider.password) == 302
    assert sign_in(Client(), cast.outsider).get("/mi-cuenta/siguiente/").headers["Location"] == "/mi-llave/espera/"


def test_wrong_password_and_unknown_name_look_alike(cast: Cast) -> None:
    said = []
    for login in ("ivan", "nadie"):
        response = Client().post("/entrar/", {"login": login, "password": "x" * 14}, headers=PAGE)
        body = re.sub(r'value="[^"]*"', "", response.content.decode())
        said.append((response.status_code, body))
    assert said[0] == said[1]


def test_the_frozen_and_the_removed_do_not_get_in(cast: Cast) -> None:
    members.freeze(cast.verifier.member, by=cast.approver.member)
    client = Client()
    enter(client, "ivan", cast.verifier.password)
    assert client.get("/equipo/llaves.json").status_code == 401
    members.remove(cast.analyst.member, "LEFT", first=cast.steward.member, second=cast.warden.member)
    assert enter(Client(), "saul", cast.analyst.password) == 200


def test_limits_are_by_name_and_delay_nobody_else(cast: Cast) -> None:
    for _ in range(6):
        enter(Client(), "ivan", "wrong wrong wrong")
    client = Client()
    enter(client, "ivan", cast.verifier.password)
    assert client.get("/equipo/llaves.json").status_code == 401  # even the right one waits
    assert enter(Client(), "rosa", cast.approver.password) == 302  # same address, another name


def test_no_address_reaches_cache_or_database(cast: Cast, settings: object) -> None:
    from django.core.management import call_command

    client = Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Aparato-9", "x-forwarded-for": "203.0.113.78"})
    enter(client, "ivan", "wrong wrong wrong")
    enter(client, "ivan", cast.verifier.password)
    client.get("/equipo/llaves.json")
    held = repr(cache._cache) + repr([*cache._cache.values()])  # type: ignore[attr-defined]
    import io

    out = io.StringIO()
    call_command("dumpdata", stdout=out)
    for trace in ("203.0.113", "Aparato-9"):
        assert trace not in held and trace not in out.getvalue()


def totp_on(member: Member) -> str:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(member, secret)
    return secret


def code(secret: str) -> str:
    return str(hotp_value(secret, int(time.time()) // 30)).zfill(6)


def test_a_second_factor_is_asked_and_its_use_leaves_no_time(cast: Cast) -> None:
    secret = totp_on(cast.verifier.member)
    client = Client()
    response = client.post("/entrar/", {"login": "ivan", "password": cast.verifier.password}, headers=PAGE)
    assert response.headers["Location"] == "/entrar/paso/"
    assert client.get("/equipo/llaves.json").status_code == 401
    assert client.get("/entrar/paso/", headers=PAGE).status_code == 200
    assert client.post("/entrar/paso/", {"code": "000000"}, headers=PAGE).status_code == 200
    assert client.post("/entrar/paso/", {"code": code(secret)}, headers=PAGE).status_code == 302
    assert client.get("/equipo/llaves.json").status_code == 200
    [kept] = Authenticator.objects.filter(user=cast.verifier.member)
    assert kept.last_used_at is None
    assert (kept.created_at.hour, kept.created_at.minute, kept.created_at.second) == (12, 0, 0)


def test_a_network_that_asks_for_it_lets_nobody_work_with_a_password_alone(cast: Cast) -> None:
    factors.require_second_factor(by=cast.warden.member)
    client = Client()
    enter(client, "ivan", cast.verifier.password)
    assert client.get("/mi-cuenta/siguiente/").headers["Location"] == "/mi-cuenta/segundo/"
    assert client.get("/mi-cuenta/segundo/", headers=PAGE).status_code == 200
    assert client.get("/red/personas/", headers=PAGE).status_code == 404
    totp_on(cast.verifier.member)
    assert client.get("/red/personas/", headers=PAGE).status_code == 200
    Authenticator.objects.get(user=cast.verifier.member).delete()
    assert client.get("/red/personas/", headers=PAGE).status_code == 404


def test_one_steward_asks_for_it_and_nobody_takes_it_back(cast: Cast) -> None:
    with pytest.raises(NeedsSteward):
        factors.require_second_factor(by=cast.verifier.member)
    client = sign_in(Client(), cast.warden)
    client.post("/red/apariencia/", {"do": "second"}, headers=PAGE)
    assert Member.objects.get(pk=cast.analyst.member.pk).factor_due
    with pytest.raises(NotWorking):
        factors.require_second_factor(by=Member.objects.get(pk=cast.warden.member.pk))


def test_a_reset_of_the_login_owes_a_second_factor_again(cast: Cast) -> None:
    factors.require_second_factor(by=cast.warden.member)
    totp_on(cast.verifier.member)
    members.use_login_reset(members.reset_login(cast.verifier.member, by=None), "otra clave bien larga")
    member = Member.objects.get(pk=cast.verifier.member.pk)
    assert (member.factor_due, member.proof_due) == (True, True)


def test_turning_codes_on_needs_a_fresh_password_and_gives_reserve_codes(cast: Cast) -> None:
    client = Client()
    enter(client, "ivan", cast.verifier.password)
    asked = client.get("/mi-cuenta/codigos/", headers=PAGE).headers["Location"]
    assert asked.startswith("/mi-cuenta/confirmar/")
    assert client.get(asked, headers=PAGE).status_code == 200
    assert client.post(asked, {"password": "wrong wrong wrong"}, headers=PAGE).status_code == 200
    back = client.post(asked, {"password": cast.verifier.password}, headers=PAGE).headers["Location"]
    page = client.get(back, headers=PAGE).content.decode()
    found = re.search(r'<p class="code">([A-Z2-7]+)</p>', page)
    assert found and "<svg" in page and "otpauth" not in page
    response = client.post("/mi-cuenta/codigos/", {"code": code(found.group(1))}, headers=PAGE)
    assert response.headers["Location"] == "/mi-cuenta/reserva/"
    assert client.get("/mi-cuenta/reserva/", headers=PAGE).content.decode().count("<li class=") == 10
    assert client.get("/mi-cuenta/", headers=PAGE).status_code == 200
    assert client.get("/mi-cuenta/codigos/quitar/", headers=PAGE).status_code == 200


def test_signing_in_leaves_no_time_finer_than_a_day(cast: Cast) -> None:
    assert not hasattr(Member, "last_login") or Member.last_login is None
    client = Client()
    enter(client, "ivan", cast.verifier.password)
    [row] = Session.objects.all()
    assert (row.expire_date.hour, row.expire_date.minute, row.expire_date.second) == (0, 0, 0)
    cookie = client.cookies["s"].value
    assert cookie not in row.session_key and cookie not in row.session_data
    assert str(cast.verifier.member.pk) not in row.session_data


def test_a_copied_session_row_opens_no_session(cast: Cast) -> None:
    client = Client()
    enter(client, "ivan", cast.verifier.password)
    thief = Client()
    thief.cookies["s"] = Session.objects.get().session_key
    assert thief.get("/equipo/llaves.json").status_code == 401
    assert client.get("/equipo/llaves.json").status_code == 200


def test_a_session_ends_after_twelve_hours(cast: Cast) -> None:
    client = sign_in(Client(), cast.verifier)
    with clock.freeze(clock.now() + timedelta(hours=11)):
        assert client.get("/equipo/llaves.json").status_code == 200
    with clock.freeze(clock.now() + timedelta(hours=13)):
        assert client.get("/equipo/llaves.json").status_code == 401


def test_leaving_ends_the_session_and_keeps_a_points_storage(cast: Cast) -> None:
    client = sign_in(Client(), cast.verifier)
    assert client.get("/salir/", headers=PAGE).status_code == 200
    assert client.get("/equipo/llaves.json").status_code == 200  # a stray link signs nobody out
    response = client.post("/salir/", headers=PAGE)
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/equipo/llaves.json").status_code == 401
    assert not Session.objects.exists()


def test_the_password_changes_and_says_it_opens_no_key(cast: Cast) -> None:
    client = sign_in(Client(), cast.verifier)
    fields = {"oldpassword": cast.verifier.password, "password1": "otra clave bien larga"}
    page = client.get("/mi-cuenta/contrasena/", headers=PAGE).content.decode()
    assert "No abre su llave" in page
    if "password2" in page:
        fields["password2"] = fields["password1"]
    assert client.post("/mi-cuenta/contrasena/", fields, headers=PAGE).status_code == 302
    assert Member.objects.get(pk=cast.verifier.member.pk).check_password("otra clave bien larga")


def test_passkey_options_name_nobody(client: Client, cast: Cast) -> None:
    response = client.get("/entrar/dispositivo/", headers={"accept": "application/json"})
    options = json.loads(response.content)["request_options"]["publicKey"]
    assert "allowCredentials" not in options or options["allowCredentials"] == []
