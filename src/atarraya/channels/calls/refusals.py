"""What call chains refuse, each with a sentence for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError


class Stale(Conflict):
    """Somebody saved it, or erased it, since it was opened here."""

    code = "stale"
    message = _(
        "Somebody else changed or erased this list while you wrote. What you wrote is still here: look at theirs in "
        "another tab, or keep yours as a list of its own."
    )


class ChainNotSealed(DomainError):
    """What was sent is not sealed to the inbox's present keys."""

    status = 422
    code = "not_sealed"
    message = _("The list was not sealed to the present keys. Load the page again and repeat it.")


class TooManyChains(DomainError):
    """More lists than an inbox can mean."""

    status = 422
    code = "too_many_chains"
    message = _("This inbox has twenty lists already. Erase one first.")
