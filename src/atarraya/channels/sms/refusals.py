"""What the SMS carrier refuses, each with a sentence for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import DomainError, NotAllowed


class GatewayRefused(NotAllowed):
    """A gateway's token that opens nothing: unknown, or ended by a steward."""

    status = 401
    code = "gateway"
    message = _("This gateway is not known here, or a steward ended it.")


class NoGatewayToken(GatewayRefused):
    """The request shows no gateway's token."""

    code = "token"


class NotARecipient(DomainError):
    """What was given as the gateway's public key is none."""

    status = 422
    code = "recipient"
    message = _("This is not a gateway's public key. It begins with age1 and has 62 letters and digits.")
