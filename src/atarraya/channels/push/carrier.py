"""Web push. The maker of the browser learns which browser, when, and this server's address; never a word.

All messages are of one size, alike in how long they may wait and how urgent they are, and have no topic.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from atarraya.channels.push import places
from atarraya.channels.push.circuits import Circuits
from atarraya.channels.push.lanes import Batch
from atarraya.channels.push.places import NoSuchPlace, Place, place_of
from atarraya.channels.push.service import Answer, Service
from atarraya.kernel import clock
from atarraya.notices import carriers
from atarraya.notices.carriers import Again, Carrier, Delivered, Field, GivenUp, Gone, Item, Outcome, Said
from atarraya.notices.refusals import BadAddress
from atarraya.notices.services.wording import sentence
from atarraya.sealing import push
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotEncoded
from atarraya.settings import env
from atarraya.web import furniture

SECRET, SECRET_BYTES = "push", 32
# Seconds the maker keeps it for a browser that is off: a day, whatever it is about.
TTL = 24 * 3600
VOUCHED = 12 * 3600
CONTACT = "mailto:postmaster@example.org"
NEUTRAL = {
    "Content-Encoding": "aes128gcm",
    "Content-Type": "application/octet-stream",
    "TTL": str(TTL),
    "Urgency": "high",
}


class Push(Carrier):
    """One message for each browser, however much is new."""

    name = "push"
    label = _("Notice of the browser")
    off = _(
        "Notices of the browser are off: ATARRAYA_PUSH=1 turns them on. They go out by https to the browser's maker."
    )
    fields = tuple(Field(name, "", "hidden") for name in ("endpoint", "p256dh", "auth"))
    about = (
        _("Who makes your browser (Google, Mozilla, Apple or Microsoft) learns that this device is told something "
          "here, and at what hours. Never what."),
        _("It shows on the screen, locked too: whoever holds this device reads the sentence above."),
    )  # fmt: skip
    says = {
        "ready": _("Your browser will ask you once, when you save."),
        "impossible": _("This browser can't receive notices. Use another way, or another browser."),
        "denied": _("Notices of this site are forbidden in this browser. Allow them in its settings, then load this "
                    "page again."),
        "refused": _("The browser gave no permission. Nothing was saved."),
        "failed": _("The browser could not do it now. Nothing was lost: try again."),
    }  # fmt: skip
    script, worker = "push/subscribe.js", "push/worker.js"
    secret = SECRET
    for_phones = True
    spread = (15, 120, 600)

    def __init__(self) -> None:
        self.circuits = Circuits()

    def ready(self) -> bool:
        """Return whether the operator lets this server speak to browsers' makers."""
        return env.flag("ATARRAYA_PUSH")

    def check(self) -> None:
        """Refuse what could not be sent with, if it is turned on. Makes no key that is not there."""
        if not self.ready():
            return
        if not all(places.is_host(name) for name in places.named_hosts()):
            raise env.Misunderstood("ATARRAYA_PUSH_HOSTS", "hosts")
        if not os.environ.get("ATARRAYA_PUSH_CONTACT", CONTACT).startswith(("mailto:", "https://")):
            raise env.Misunderstood("ATARRAYA_PUSH_CONTACT", "contact")
        kept = Path(settings.DATA) / "secrets" / SECRET
        if kept.exists() and len(_secret()) != SECRET_BYTES:
            raise env.Misunderstood(str(kept), "secret")

    def public(self) -> dict[str, str]:
        """Return the server's name that a browser subscribes to."""
        return {"key": to_b64(push.public_name(_secret()))}

    def checked(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """Return a browser's address and keys, if it leads to a push service and they are keys."""
        endpoint = str(address.get("endpoint", ""))
        try:
            place_of(endpoint)
            browser = from_b64(str(address.get("p256dh", "")).rstrip("="), push.POINT)
            auth = from_b64(str(address.get("auth", "")).rstrip("="), push.AUTH)
        except (NoSuchPlace, NotEncoded):
            raise BadAddress() from None
        if not push.is_point(browser):
            raise BadAddress()
        return {"endpoint": endpoint, "p256dh": to_b64(browser), "auth": to_b64(auth)}

    def deliver(self, items: Iterable[Item]) -> Iterator[Said | None]:
        """Send each, every service in a lane of its own; one that does not answer is left alone for a while."""
        message = _message()
        _secret()  # if it is damaged, nobody's notice is lost by it: all of them wait
        batch = Batch(self.circuits, lambda service, item, place: _sent(service, item, place, message))
        for item in items:
            said = _put_in(batch, item)
            if said is not None:
                yield said
        yield from batch.run()


def _put_in(batch: Batch, item: Item) -> Said | None:
    try:
        return batch.add(item, place_of(str(item.address["endpoint"])))
    except NoSuchPlace:
        return Said(item, GivenUp("REFUSED"))  # allowed once and no longer


def _message() -> bytes:
    words = {"title": furniture.current().page_name, "body": sentence()}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def _sent(service: Service, item: Item, place: Place, message: bytes) -> Outcome:
    body = push.seal(message, from_b64(item.address["p256dh"]), from_b64(item.address["auth"]))
    return _outcome(service.post(place, body, NEUTRAL | {"Authorization": _vouched(place)}))


def _outcome(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Delivered()
    if answer.status in {404, 410}:
        return Gone()
    if answer.status == 429 or answer.status >= 500:
        return Again("BUSY", answer.after)
    return GivenUp("REFUSED")  # also a redirect: nothing is sent where an answer points


def _secret() -> bytes:
    return env.secret(Path(settings.DATA), SECRET)


def _vouched(place: Place) -> str:
    # The same for every message of an hour: it says nothing of the message.
    until = int(clock.this_hour().timestamp()) + VOUCHED
    return _voucher(place.origin, os.environ.get("ATARRAYA_PUSH_CONTACT", CONTACT), until)


@lru_cache(maxsize=32)
def _voucher(origin: str, contact: str, until: int) -> str:
    return push.voucher(_secret(), audience=origin, contact=contact, until=until)


carriers.register(Push())
