"""SMS as a way out of notices: a number sealed in the browser to the gateway, and one neutral sentence.

This server never sees the number, so it cannot tell whether two are the same: each member has one, and each phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from atarraya.alerts.services.receive import looks_random
from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import notices
from atarraya.notices import carriers
from atarraya.notices.carriers import Carrier, Field, Item, Said
from atarraya.notices.refusals import BadAddress
from atarraya.sealing import gateways
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotAnEnvelope, NotEncoded

AT_ONCE = 100


class Sms(Carrier):
    """One SMS for each person, however much is new, when the gateway can: it paces them."""

    name = "sms"
    label = _("SMS")
    off = _("Notices by SMS are off: a steward makes a gateway and turns them on in the page of SMS gateways.")
    fields = (
        Field("to", _("Your number, with the country's: +57…"), "typed"),
        Field("gateway", "", "hidden"),
        Field("sealed", "", "hidden"),
    )
    about = (
        _("Your number is sealed in this page for the gateway that sends: this server never reads it. The operator of "
          "the line sees that the network's phone wrote to you, and when."),
        _("Whoever holds your phone reads the sentence and the number it came from. Each SMS may cost the network "
          "money. A new number takes the place of the one before."),
    )  # fmt: skip
    says = {
        "ready": _("Compare the short print of the gateway's key with its paper, or by voice:"),
        "number": _("This is no whole number. Write it with the country's: +57 300 111 2233"),
        "impossible": _("This browser cannot seal it. Use another way, or another browser."),
        "failed": _("It could not be sealed now. Nothing was sent; what you wrote is here: try again."),
    }
    script = "sms/subscribe.js"
    one_each = True
    for_phones = True

    def ready(self) -> bool:
        """Return whether a steward turned it on and there is a gateway; one without its key makes them wait."""
        return notices.are_on() and bool(queries.active())

    def check(self) -> None:
        """Accept: the environment says nothing of this way, and before an upgrade its tables are not there."""

    def words(self) -> str:
        """Return the sentence of SMS, which a steward may have chosen apart."""
        return notices.sentence()

    def public(self) -> dict[str, str]:
        """Return the gateway to seal to: one that works, if any does."""
        gateway = min(
            queries.active(), key=lambda one: (queries.is_silent(one), not queries.has_key(one)), default=None
        )
        if gateway is None:
            return {}
        key = gateway.recipient
        return {"gateway": str(gateway.pk), "recipient": key, "print": gateways.short_print(key)}

    def checked(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """Return a gateway that is there, and what is sealed to it."""
        try:
            gateway = UUID(str(address.get("gateway", "")))
            sealed = from_b64(str(address.get("sealed", "")))
            size = gateways.check(sealed)
        except (ValueError, NotEncoded, NotAnEnvelope):
            raise BadAddress() from None
        if size != gateways.SMALLEST or not looks_random(sealed[-size:]) or not _active(gateway):
            raise BadAddress()
        return {"gateway": str(gateway), "sealed": to_b64(sealed)}

    def shown(self, address: Mapping[str, Any]) -> str:
        """Return that there is one: which, only the gateway can say."""
        return gettext("a number that only the gateway opens")

    def works(self, address: Mapping[str, Any]) -> bool:
        """Return whether the gateway it was sealed to is still there."""
        return _active(UUID(str(address["gateway"])))

    def deliver(self, items: Iterable[Item]) -> Iterator[Said]:
        """Put each in the gateway's queue."""
        left = iter(items)
        while batch := list(islice(left, AT_ONCE)):
            for item, outcome in zip(batch, notices.hand_on(batch), strict=True):
                yield Said(item, outcome)


def _active(gateway: UUID) -> bool:
    return Gateway.objects.filter(pk=gateway, state=Gateway.State.ACTIVE).exists()


carriers.register(Sms())
