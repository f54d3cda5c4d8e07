"""A phone that is none: a page on this machine, to try own codes with no SIM card. Only a demonstration's platform
lets a gateway with it run, and the page says what it is.
"""

from __future__ import annotations

import html
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from atarraya.gateway.carriers.carrier import Carrier, Message, Request, Said, same
from atarraya.gateway.record import Sms, Unreadable

_PAGE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Teléfono de mentira · pretend phone</title>
<body><p><strong>ESTO ES UNA PRUEBA: nadie lo leerá · THIS IS A TEST: nobody will read it</strong></p>
<p>Teléfono de mentira: nada sale de esta máquina. · <i>A pretend phone: nothing leaves this machine.</i></p>
<form method="post"><p><label>Número · number <input name="from" value="{number}" maxlength="20"></label></p>
<p><label>SMS <textarea name="text" rows="3" maxlength="480"></textarea></label></p>
<p><button>Enviar · send</button> <a href="">Ver respuestas · see answers</a></p></form><ol>{lines}</ol>"""
_KEPT = 30


class Pretend(Carrier):
    """Settings: secret. What is said stays in memory."""

    kind = "pretend"

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._secret = self.setting("secret")
        self._lines: deque[tuple[str, str, str]] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._number = "3001112233"

    def knows(self, path: str) -> bool:
        """Its address carries its secret, so that no other page of this machine writes here."""
        return same(path, f"/pretend/{self._secret}")

    def read(self, request: Request) -> Sms | None:
        """Return what the page's form sends."""
        if request.method != "POST":
            return None
        form = request.form()
        if not form.get("from") or not form.get("text", "").strip():
            raise Unreadable()
        with self._lock:
            self._number = form["from"]
            self._lines.append(("→", form["from"], form["text"]))
        return Sms(self.name, str(uuid4()), form["from"], "", form["text"], datetime.now(UTC))

    def taken(self) -> Said:
        """Return the page with the conversation."""
        with self._lock:
            lines = "".join(f"<li>{way} {html.escape(who)}: {html.escape(said)}" for way, who, said in self._lines)
            page = _PAGE.format(number=html.escape(self._number, quote=True), lines=lines)
        return Said(type="text/html; charset=utf-8", body=page.encode())

    @property
    def sends(self) -> bool:
        """It can show what would be sent."""
        return True

    def send(self, message: Message) -> None:
        """Show a message on the page."""
        with self._lock:
            self._lines.append(("←", message.to, message.text))
