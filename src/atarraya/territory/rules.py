"""What is fixed about places, as data. No Django here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# A zone is what may be published below the municipality; fewer communities would point at one of them.
SMALLEST_ZONE = 3

# Codes are text. Ten characters hold every national list seen so far, and a prefix for a second country.
CODE_LENGTH = 10
NAME_LENGTH = 120
ZONE_NAME_LENGTH = 80


class AliasKind(StrEnum):
    """What an alias is to its unit."""

    CODE = "code"  # an older code of the same unit
    NAME = "name"  # another name of the same unit
    SEAT = "seat"  # its chief town, where that name is borne by no other unit
    PLACE = "place"  # a river, region or settlement in it, and perhaps in others: a hint, never an answer


class MapState(StrEnum):
    """What the map may say of a place. There is no word for safe (R16)."""

    ALERTS = "alerts"
    SPOKE = "spoke"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a map says of a unit: its state (MapState) and, if any, how many, as text ("3")."""

    state: str
    count: str = ""
