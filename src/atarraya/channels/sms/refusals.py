"""What the SMS carrier refuses, each with a sentence for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError, NotAllowed


class GatewayRefused(NotAllowed):
    """A gateway's token that opens nothing: unknown, or ended by a steward."""

    status = 401
    code = "gateway"
    message = _("This gateway is not known here, or a steward ended it.")


class NoGatewayToken(GatewayRefused):
    """The request shows no gateway's token."""

    code = "token"


class Unproved(NotAllowed):
    """This run of the gateway has not (or not lately) proved that it holds the gateway's key."""

    code = "unproved"
    message = _("This needs the gateway's key: its run has not shown that it holds it.")


class OtherRun(Conflict):
    """Another run of the gateway has proved its key after this one: this one has ended."""

    code = "other_run"
    message = _("Another run of this gateway has taken its place.")


class NotARecipient(DomainError):
    """What was given as the gateway's public key is none."""

    status = 422
    code = "recipient"
    message = _("This is not a gateway's public key. It begins with age1 and has 62 letters and digits.")


class BookGone(Conflict):
    """The codebook was burnt, or is past its days, or its point was stopped: its words mean nothing any more."""

    code = "book"
    message = _("This codebook is not in use any more.")


class NotOfThisInbox(DomainError):
    """The codebook's point, its gateway and its maker do not belong to one inbox."""

    status = 422
    code = "inbox"
    message = _("The point and the gateway must belong to an inbox that you serve.")


class BookNotSealed(DomainError):
    """The copies of the codebook are not sealed as they must be."""

    status = 422
    code = "not_sealed"
    message = _("The codebook was not sealed. Load the page again and repeat it.")


class NotLent(Conflict):
    """Another run of the gateway has this message now."""

    code = "lent"
    message = _("Another run of this gateway has this message now.")


class BadNotice(DomainError):
    """A sentence that plain SMS do not carry, or not in one, or that leads somewhere. `code` says which."""

    status = 422
    code = "notice"
    messages = {
        "letters": _("Plain SMS do not carry some of these letters (á, í, ó, ú). Write it without them."),
        "long": _("It does not fit one SMS (160 letters)."),
        "points": _("It may hold no number, link or address."),
    }

    def __init__(self, fault: str) -> None:
        super().__init__(self.messages[fault])
