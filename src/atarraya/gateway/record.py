"""One SMS as every carrier hands it over, and numbers in one spelling. Lives in memory; on disk it is sealed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_TEXT = 20_000  # bytes: many times the longest chain of SMS; it still fits one envelope
AGAIN_WITHIN = 600  # seconds in which the same words without id or hour are one SMS delivered again
_AGES = ((1, "H1"), (6, "H6"), (24, "D1"), (72, "D3"), (168, "W1"))


class Unreadable(Exception):
    """What a carrier handed over is no SMS; `status` is the HTTP answer it gets."""

    def __init__(self, status: int = 400) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Sms:
    """A received SMS. `id` is the carrier's own, if it has one; `sent` when the phone or network got it, if told.

    `here`: it was this machine's clock that said when.
    """

    channel: str
    id: str | None
    sender: str
    recipient: str
    text: str
    sent: datetime | None
    here: bool = False

    def __post_init__(self) -> None:
        if not self.sender or len(self.sender) > 40 or len(self.recipient) > 40:
            raise Unreadable()
        if len(self.text.encode("utf-8", "replace")) > MOST_TEXT:
            raise Unreadable(413)

    def sources(self, arrived: datetime) -> list[tuple[str, ...]]:
        """Return what makes a second delivery the same as the first: its own name, then others it may be known by.

        Without id or hour, the same words within some minutes are the same SMS: next Thursday's are not.
        """
        if self.id is not None:
            return [("id", self.channel, self.id)]
        said = ("said", self.channel, self.sender, self.recipient)
        if self.sent is not None:
            return [(*said, self.sent.isoformat(), self.text)]
        window = int(arrived.timestamp()) // AGAIN_WITHIN
        return [(*said, f"~{number}", self.text) for number in (window, window - 1)]

    def payload(self, arrived: datetime, ago: timedelta) -> dict[str, Any]:
        """Return what is sealed to the gateway: of an SMS that arrived now and was sent so long ago."""
        return {
            "v": 1,
            "type": "sms",
            "channel": self.channel,
            "from": self.sender,
            "to": self.recipient,
            "text": self.text,
            "at": (arrived - ago).astimezone(UTC).isoformat(),
            "arrived": arrived.astimezone(UTC).isoformat(),
        }


@dataclass(frozen=True)
class Kept:
    """An SMS opened again from the spool: when it was sent, and when it arrived, as far as was known then."""

    channel: str
    sender: str
    recipient: str
    text: str
    at: datetime
    arrived: datetime

    @classmethod
    def read(cls, payload: dict[str, Any]) -> Kept:
        """Return what `Sms.payload` wrote."""
        at = datetime.fromisoformat(payload["at"])
        arrived = datetime.fromisoformat(payload.get("arrived", payload["at"]))
        return cls(payload["channel"], payload["from"], payload["to"], payload["text"], at, arrived)

    def age(self, now: datetime, waited: timedelta | None) -> str:
        """Return how old it is, as reports say it. `waited`: since it arrived, where a steady clock counted.

        An arrival still to come was written by a clock that was wrong: then it may be any age, and counts as old.
        """
        if waited is None:
            waited = now - self.arrived
            if waited < -timedelta(hours=1):
                return "OLD"
        return band(waited + (self.arrived - self.at))


def band(waited: timedelta) -> str:
    """Return how long something waited, as reports say it. A clock that runs ahead counts as no wait."""
    hours = waited.total_seconds() / 3600
    return next((code for limit, code in _AGES if hours <= limit), "OLD")


def number(written: str, country: str) -> str:
    """Return a telephone number as +digits where that is certain; short codes and names stay as they are."""
    plain = re.sub(r"[\s().-]", "", written)
    if re.fullmatch(r"\+\d{6,15}", plain):
        return plain
    if not re.fullmatch(r"\d+", plain):
        return written.strip()[:40]
    if plain.startswith("00"):
        return "+" + plain[2:]
    if len(plain) == 10 and country:
        return f"+{country}{plain}"
    return "+" + plain if country and plain.startswith(country) and len(plain) == 10 + len(country) else plain


def moment(written: object) -> datetime | None:
    """Return the moment that an RFC 3339 text or a count of milliseconds or seconds says; None if it says none."""
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        seconds = written / 1000 if written > 1e11 else written
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4e9 else None
    if not isinstance(written, str):
        return None
    try:
        read = datetime.fromisoformat(written.strip())
    except ValueError:
        return moment(float(written)) if re.fullmatch(r"\d{9,13}", written.strip()) else None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
