"""Live pages as a way out: desks keep a stream open and are told that something changed somewhere."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from atarraya.notices import carriers
from atarraya.notices.carriers import Pulled


class Live(Pulled):
    """On where the process of streams runs. Whoever has a desk open hears; nobody is kept in a list."""

    name = "live"
    label = _("Live pages")
    off = _("Live pages are off: ATARRAYA_LIVE=1 turns them on. Without them desks ask every few seconds.")
    about = (
        _("Whoever holds the word that opens a stream learns, while it is open, in which municipalities something "
          "changed. Never what."),
    )  # fmt: skip

    def ready(self) -> bool:
        """Return whether streams are served here."""
        return bool(settings.LIVE)


carriers.register(Live())
