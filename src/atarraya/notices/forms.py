"""What the pages' forms said, as acts take it. Nothing is filled in that a person did not choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

from django.http import QueryDict

from atarraya.notices.carriers import Carrier
from atarraya.notices.refusals import NothingChosen
from atarraya.notices.services.subscribing import Quiet, Want

ALL = "*"


@dataclass
class Chosen:
    """A form of what somebody wants to hear of, as it was sent; empty when it is first shown."""

    places: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    urgency: str = ""
    way: str = ""
    start: str = ""
    end: str = ""
    now_passes: bool = False
    address: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: QueryDict, ways: list[Carrier]) -> Chosen:
        """Read what was sent; a way's address is in fields named `way-field`."""
        way = sent.get("way", "")
        fields = next((one.fields for one in ways if one.name == way), ())
        return cls(
            places=sent.getlist("place"),
            kinds=sent.getlist("kind"),
            urgency=sent.get("urgency", ""),
            way=way,
            start=sent.get("start", ""),
            end=sent.get("end", ""),
            now_passes="now_passes" in sent,
            address={one.name: sent.get(f"{way}-{one.name}", "") for one in fields},
        )

    @property
    def wants(self) -> list[Want]:
        """Return each chosen municipality with each chosen kind. *All* takes the place of the single ones."""
        places = [""] if ALL in self.places else self.places
        kinds = [""] if ALL in self.kinds else self.kinds
        return [Want(place, kind, self.urgency) for place, kind in product(places, kinds)]

    @property
    def quiet(self) -> Quiet:
        """Return the quiet hours: none, or both ends."""
        if not self.start and not self.end:
            return Quiet()
        return Quiet(_hour(self.start), _hour(self.end), self.now_passes)


def _hour(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 2:
        raise NothingChosen()
    return int(text)
