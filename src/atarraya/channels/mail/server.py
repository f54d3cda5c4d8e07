"""The SMTP server that the environment names; without one there is no e-mail."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from dataclasses import dataclass

from atarraya.settings import env

TIMEOUT = 20  # seconds for each step of a conversation
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WAYS = ("tls", "starttls", "none")


@dataclass(frozen=True)
class Server:
    """Where mail is handed over. `tls`: from the first byte (tls), after a greeting (starttls), or never (none)."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: str

    @property
    def sound(self) -> bool:
        """Return whether it can be used: nothing leaves this machine in the open, and it says who sends."""
        try:
            self.check()
        except env.Misunderstood:
            return False
        return True

    def check(self) -> None:
        """Raise Misunderstood with the name of the variable because of which it cannot be used."""
        if not 0 < self.port < 65536:
            raise env.Misunderstood("ATARRAYA_MAIL_PORT", "port")
        if self.tls not in WAYS or (self.tls == "none" and self.host not in LOOPBACK):
            raise env.Misunderstood("ATARRAYA_MAIL_TLS", "tls")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", self.sender):
            raise env.Misunderstood("ATARRAYA_MAIL_FROM", "sender")

    def connect(self) -> smtplib.SMTP:
        """Return an open, signed-in conversation. Raises OSError or SMTPException."""
        name = self.sender.rpartition("@")[2]  # said as one's own name, so that this machine's stays here
        if self.tls == "tls":
            secure = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, name, timeout=TIMEOUT, context=secure)
        else:
            smtp = smtplib.SMTP(self.host, self.port, name, timeout=TIMEOUT)
        try:
            if self.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def of_environment() -> Server | None:
    """Return the server that ATARRAYA_MAIL_HOST and its companions name, or None."""
    host = os.environ.get("ATARRAYA_MAIL_HOST", "")
    if not host:
        return None
    return Server(
        host=host,
        port=env.number("ATARRAYA_MAIL_PORT", 465),
        tls=os.environ.get("ATARRAYA_MAIL_TLS", "tls"),
        user=os.environ.get("ATARRAYA_MAIL_USER", ""),
        password=os.environ.get("ATARRAYA_MAIL_PASSWORD", ""),
        sender=os.environ.get("ATARRAYA_MAIL_FROM", ""),
    )
