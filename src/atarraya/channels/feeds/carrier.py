"""Open feeds as a way out: programs fetch what the public page says, and the network's own behind an address."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from atarraya.channels.feeds.models import FeedToken
from atarraya.kernel import clock
from atarraya.notices import carriers
from atarraya.notices.carriers import Pulled


class Feeds(Pulled):
    """Always there, as the public page is; what is not public is behind named addresses that lapse."""

    name = "feeds"
    label = _("Open feeds")
    about = (
        _("Whoever fetches a feed reads what the public page says, never earlier or finer; behind a named address, "
          "what the network confirmed, a day late."),
    )  # fmt: skip

    def state(self) -> str:
        """Return how many addresses of the network's own feed stand."""
        count = FeedToken.objects.filter(last_day__gte=clock.today()).count()
        said = ngettext(
            "%(num)s address of the network's own feed stands",
            "%(num)s addresses of the network's own feed stand",
            count,
        )
        return said % {"num": count}


carriers.register(Feeds())
