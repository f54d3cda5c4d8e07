"""What a feed says of itself: who speaks, for whom, and where its documents are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from atarraya.network import queries as network
from atarraya.web import furniture

PUBLIC, RESTRICTED = "Public", "Restricted"
# The language of what the feeds say first; CAP carries a second block in English.
LANGUAGES = {"es": "es-CO", "en": "en"}

RESTRICTION = _(
    "Only for whom the network gave this address. Do not publish it or pass it on. Ask the network before you act."
)
EXERCISE = _("This is a demonstration: nothing of it happened.")
TITLES = {PUBLIC: _("What the network made public"), RESTRICTED: _("What the network confirmed")}
SUBTITLES = {
    PUBLIC: _("Only what was confirmed, days later, by municipality and day. Silence does not mean that all is well."),
    RESTRICTED: _("Only what was confirmed, at least a day later, by municipality and day. Not for publication."),
}


@dataclass(frozen=True)
class About:
    """One feed. `base` is before every address in it: absolute for the public, empty (relative) behind a token.

    A token is never written into a document: a copy that somebody keeps opens nothing.
    """

    scope: str
    base: str
    page: str
    sender: str
    name: str
    exercise: bool
    since: date

    @property
    def identity(self) -> str:
        """Return the feed's own stable name."""
        return f"urn:uuid:{uuid5(UUID(self.sender.removeprefix('urn:uuid:')), self.scope)}"

    def cap(self, identifier: str) -> str:
        """Return the address of a message's document."""
        return f"{self.base}cap/{identifier}.xml"

    def title(self) -> str:
        """Return its title in the active language."""
        return f"{TITLES[self.scope]} · {self.name}"

    def subtitle(self) -> str:
        """Return one more sentence in the active language."""
        return str(SUBTITLES[self.scope])


def about(scope: str, base: str, page: str) -> About:
    """Return what a feed of this network says of itself."""
    here = network.the_network()
    with override("es"):
        name = furniture.current().page_name
    return About(scope, base, page, f"urn:uuid:{here.id}", name, here.demo, here.created)
