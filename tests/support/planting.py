"""A member's desk over plain HTTP, saying a canary in every box that a member can write in."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from atarraya.sealing import commitments, envelopes
from atarraya.sealing.encoding import to_b64
from support.cast import HERE
from support.phone import half

Ask = Callable[..., tuple[int, bytes, list[tuple[str, str]]]]
Word = Callable[[str], str]
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


class Browser:
    """Keeps cookies and the form's mark, as a browser does."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.cookies, self.mark = ask, dict[str, str](), ""

    def open(self, path: str, **headers: str) -> tuple[int, str]:
        return self._send("GET", path, b"", {"Accept": "text/html"} | headers)

    def form(self, path: str, **fields: str) -> tuple[int, str]:
        """Open a page and send its form."""
        self.open(path)
        return self._send("POST", path, urlencode({"csrfmiddlewaretoken": self.mark} | fields).encode(), FORM)

    def json(self, path: str, body: Any) -> tuple[int, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.mark}
        return self._send("POST", path, json.dumps(body).encode(), headers)

    def sign_in(self, login: str, password: str) -> None:
        status, _ = self.form("/entrar/", login=login, password=password)
        assert status == 302, status
        assert self.open("/equipo/")[0] == 200

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        status, said, sent = self.ask(method, path, body, {**headers, **(cookie if self.cookies else {})})
        for name, value in sent:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = said.decode("utf-8", "replace")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        self.mark = found[1] if found else self.mark
        return status, text


def at_the_door(ask: Ask, word: Word) -> None:
    """Write in the boxes of pages that nobody signed in for: each is refused, and nothing of it may stay."""
    assert Browser(ask).form("/entrar/", login=word("login"), password=word("sign-in password"))[0] == 200
    assert Browser(ask).form("/sin/", code=word("plain code"))[0] == 401
    Browser(ask).form("/entrar/nueva/", secret=word("reset secret"), password=word("reset password"))
    for path in ("/fundar/", "/invitacion/"):
        guest = Browser(ask)
        guest.open(path)
        body = {"secret": word("invitation secret"), "alias": word("alias"), "login": word("invited login")}
        assert guest.json(path, body | {"password": word("invited password")})[0] in {400, 403, 404, 422}
    status, _ = Browser(ask).open(f"/tablero/?{urlencode({'q': word('search')})}")
    assert status == 302


def at_the_account(ask: Ask, person: Mapping[str, str], word: Word) -> None:
    """Write in the boxes of a member's own account; the new password is taken, and kept as a hash."""
    browser, new = Browser(ask), word("new password")
    browser.sign_in(person["login"], person["password"])
    for path in ("/mi-cuenta/confirmar/", "/mi-cuenta/confirmar/codigo/", "/mi-cuenta/codigos/", "/entrar/paso/"):
        browser.form(path, password=word("confirmed password"), code=word("one-time code"))
    browser.form("/mi-cuenta/confirmar/", password=person["password"])
    browser.form("/mi-cuenta/contrasena/", oldpassword=word("old password"), password1=new, password2=new)
    status, _ = browser.form("/mi-cuenta/contrasena/", oldpassword=person["password"], password1=new, password2=new)
    assert status == 302
    Browser(ask).sign_in(person["login"], new)


def at_the_desk(ask: Ask, facts: Mapping[str, Any], circle: str, word: Word) -> None:
    """Write in the boxes of the desk, sealed as its page seals them; then in the wrong places."""
    writer, second = Browser(ask), Browser(ask)
    writer.sign_in(*_login(facts, "verifier"))
    second.sign_in(*_login(facts, "approver"))
    note = {"id": str(uuid4()), "inbox": facts["inbox"], "number": facts["number"], "municipality": HERE}
    note |= {"lookup": half(), "erase_hash": half(), "keep": "case", "reply": "A" * 128}
    assert writer.json("/equipo/notas", note | {"sealed": _sealed(facts, text=word("note"))})[0] == 201
    names = envelopes.seal({"v": 1, "type": "names", "names": [word("names")]}, facts["recipients"][:1], [True])
    assert writer.json("/equipo/nombres", {"circle": circle, "sealed": _b64(names)})[0] == 200
    _call_chain(writer, facts, word)
    waiting, _, _ = _propose(writer, facts, word("summary"), word("reason"))
    assert waiting
    done, salt, text = _propose(writer, facts, "Hubo presencia armada.", "Es urgente.", consents=[])
    wrong = {"text": text.replace("Hubo presencia armada.", word("another text")), "salt": salt}
    assert second.json(f"/equipo/propuestas/{done}/approve", wrong)[0] == 422
    lifted = {"text": text, "salt": salt, "overrides": ["consent"], "reason": _sealed(facts, text=word("override"))}
    assert second.json(f"/equipo/propuestas/{done}/approve", lifted)[0] == 200
    # And what an altered page, or a person's mistake, would send in clear.
    for path, body in (
        ("/equipo/notas", note | {"id": str(uuid4()), "sealed": _b64((word("clear note") * 60).encode())}),
        ("/equipo/notas", note | {"id": str(uuid4()), "sealed": _sealed(facts), "text": word("clear member")}),
        ("/equipo/nombres", {"circle": circle, "sealed": _b64((word("clear names") * 60).encode())}),
        (f"/equipo/propuestas/{waiting}/approve", {"text": word("clear text"), "salt": salt}),
        (f"/equipo/alertas/{uuid4()}/renew", {"until": word("clear hour")}),
    ):
        assert 400 <= writer.json(path, body)[0] < 500, path


def _call_chain(writer: Browser, facts: Mapping[str, Any], word: Word) -> None:
    """Keep a list of who calls whom as its page seals it; then as an altered page would send it."""
    people = [{"id": str(uuid4()), "name": word("chain name"), "number": word("chain number"), "by": ""}]
    chain = {"inbox": facts["inbox"], "number": facts["number"]}
    sealed = _sealed(facts, type="calls", title=word("chain title"), people=people)
    closed = to_b64(base64.b64decode(sealed))
    path = "/equipo/llamadas/nueva/"
    answer = writer.json(path, chain | {"sealed": closed})
    assert answer[0] < 400, answer
    clear = to_b64((word("clear chain") * 60).encode())
    assert 400 <= writer.json(path, chain | {"sealed": clear})[0] < 500
    assert 400 <= writer.json(path, chain | {"title": word("clear chain title"), "people": people})[0] < 500


def _propose(
    browser: Browser, facts: Mapping[str, Any], summary: str, reason: str, **said: Any
) -> tuple[str, str, str]:
    text = {
        "v": 1, "act": "publish", "kind": "ARMED_PRESENCE", "municipality": HERE, "urgency": "DAYS",
        "advice": "ASK_BEFORE_GOING", "summary": summary, "consents": ["NET_SUMMARY"],
    } | said  # fmt: skip
    promised, salt, words = commitments.commit(text)
    body = {"act": "publish", "inbox": facts["inbox"], "number": facts["number"], "municipality": HERE}
    draft = _sealed(facts, text=words, salt=salt, reason=reason)
    status, answer = browser.json("/equipo/propuestas", body | {"commitment": promised, "sealed": draft})
    assert status == 201, answer
    return str(json.loads(answer)["id"]), salt, words


def _login(facts: Mapping[str, Any], who: str) -> tuple[str, str]:
    person = facts["people"][who]
    return person["login"], person["password"]


def _sealed(facts: Mapping[str, Any], **payload: Any) -> str:
    first = [True, *[False] * (len(facts["recipients"]) - 1)]
    return _b64(envelopes.seal({"v": 1, "type": "note", **payload}, facts["recipients"], first))


def _b64(blob: bytes) -> str:
    return base64.b64encode(blob).decode()
