"""E-mail. It says the network's neutral sentence: no link, no name of a network or place, nothing of an alert."""

from __future__ import annotations

import re
import secrets
import smtplib
from collections.abc import Iterable, Iterator, Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from atarraya.channels.mail import server as servers
from atarraya.channels.mail.server import Server
from atarraya.kernel import clock
from atarraya.notices import carriers
from atarraya.notices.carriers import Again, Carrier, CarrierDown, Delivered, Field, GivenUp, Item, Outcome, Said
from atarraya.notices.refusals import BadAddress
from atarraya.notices.services.wording import sentence
from atarraya.web import furniture

# Addresses as people have them. Quotes, encoded words and signs that no eye sees make other headers of one.
PLAIN = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+")


class Mail(Carrier):
    """One message for each person, however much is new. A refused address waits for a steward; it is not forgotten,
    for servers refuse whole senders with the same number."""

    name = "mail"
    label = _("E-mail")
    off = _("E-mail is off: name a server in ATARRAYA_MAIL_HOST, reached over TLS, and a sender in ATARRAYA_MAIL_FROM.")
    fields = (Field("to", _("Your e-mail address"), "email"),)
    about = (
        _("Whoever carries or opens your mail sees that this server wrote to you, and when."),
        _("If others can open it, choose another way."),
        _("First a number comes there. Nothing else does until you type it here."),
    )
    confirms = True
    # A warning of today is spread over seconds, of these days over minutes.
    spread = (10, 120, 600)

    def ready(self) -> bool:
        """Return whether the environment names a server that may be used."""
        server = servers.of_environment()
        return server is not None and server.sound

    def check(self) -> None:
        """Refuse a server that is named and could not be used: silence would pass for "no mail today"."""
        server = servers.of_environment()
        if server is not None:
            server.check()

    def checked(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """Return the one address that was given."""
        to = str(address.get("to", "")).strip()
        try:
            validate_email(to)
        except ValidationError:
            raise BadAddress() from None
        if not PLAIN.fullmatch(to) or len(to) > 200:
            raise BadAddress()
        return {"to": to}

    def shown(self, address: Mapping[str, Any]) -> str:
        """Return the address, for its owner."""
        return str(address.get("to", ""))

    def deliver(self, items: Iterable[Item]) -> Iterator[Said]:
        """Send all in one conversation, or in a new one where the server ends it after some messages."""
        server = servers.of_environment()
        if server is None:
            raise CarrierDown("OFF")
        smtp = _connected(server)
        try:
            for item in items:
                try:
                    outcome = _sent(smtp, server, item)
                except smtplib.SMTPServerDisconnected:
                    smtp = _connected(server)
                    outcome = _sent_at_last(smtp, server, item)
                yield Said(item, outcome)
        finally:
            smtp.close()


def _connected(server: Server) -> smtplib.SMTP:
    try:
        return server.connect()
    except smtplib.SMTPAuthenticationError:
        raise CarrierDown("SIGN_IN") from None
    except (OSError, smtplib.SMTPException):
        raise CarrierDown("UNREACHABLE") from None


def _sent_at_last(smtp: smtplib.SMTP, server: Server, item: Item) -> Outcome:
    try:
        return _sent(smtp, server, item)
    except smtplib.SMTPServerDisconnected:
        raise CarrierDown("UNREACHABLE") from None


def _sent(smtp: smtplib.SMTP, server: Server, item: Item) -> Outcome:
    to = str(item.address["to"])
    try:
        smtp.send_message(message(server.sender, to, item.text), server.sender, [to])
        return Delivered()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, _text = refusal.recipients[to]
        return _refused(code)
    except smtplib.SMTPDataError as refusal:
        return _refused(refusal.smtp_code)
    except smtplib.SMTPSenderRefused as refusal:
        # Of the sender, not of this address: nobody else's would pass now.
        raise CarrierDown("BUSY" if refusal.smtp_code < 500 else "REFUSED") from None
    except smtplib.SMTPServerDisconnected:
        raise
    except ValueError:  # kept before addresses were read so strictly: nobody else waits for it
        return GivenUp("REFUSED")
    except (OSError, smtplib.SMTPException):
        raise CarrierDown("UNREACHABLE") from None


def _refused(code: int) -> Outcome:
    return Again("BUSY") if code < 500 else GivenUp("REFUSED")


def message(sender: str, to: str, text: str = "") -> EmailMessage:
    """Return what is sent: the page's neutral name, the network's sentence (or a number), and what mail must have."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, furniture.current().page_name
    made["Date"] = format_datetime(clock.this_hour())  # cut to the hour, as everything here
    made["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text or sentence())
    return made


carriers.register(Mail())
