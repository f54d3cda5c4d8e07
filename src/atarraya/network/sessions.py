"""Sessions whose rows say nothing: the cookie is kept as a hash, the content sealed by it, the end by day.

A stored session would otherwise hold the second of each sign-in (allauth notes it, and the row's end is counted
from it), and its key would open the session to whoever reads the disk.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session

from atarraya.kernel import clock
from atarraya.sealing import storage
from atarraya.sealing.refusals import NotEncoded

END = "_end"


class SessionStore(DatabaseStore):
    """Django's own table, used in such a way that a seized copy opens no session and dates no sign-in."""

    def _row(self, session_key: str | None) -> str:
        return row_of(session_key)

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(session_key=self._row(self.session_key), expire_date__gt=clock.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=self._row(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        # A day or more ahead, at midnight: the exact end is inside, where only the cookie reads it.
        end = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        last_day = (end + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        content = self.encode({**data, END: int(end.timestamp())})
        return Session(session_key=self._row(key), session_data=content, expire_date=last_day)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=self._row(key)).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        return base64.b64encode(storage.encrypt_under(self._key(), json.dumps(session_dict).encode())).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(storage.decrypt(self._key(), base64.b64decode(session_data)))
        except (NotEncoded, ValueError):
            return {}
        return content if content.pop(END, 0) > clock.now().timestamp() else {}

    def _key(self) -> bytes:
        return bytes.fromhex(_keyed("content", self.session_key))


def row_of(session_key: str | None) -> str:
    """Return the key of the row of a session's cookie. The cookie cannot be told from it."""
    return _keyed("row", session_key)[:40]


def _keyed(purpose: str, session_key: str | None) -> str:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"session {purpose}\0{session_key}".encode(), hashlib.sha256).hexdigest()
