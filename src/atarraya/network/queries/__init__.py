"""What other rooms may ask of this one. Reading only."""

from atarraya.network.queries.keys import (
    circles_of,
    current_epoch,
    current_list,
    current_members,
    inboxes_of,
    keyholders,
    list_standing,
    lists_after,
    names_of,
    owes_epoch,
    wrapped_for,
)
from atarraya.network.queries.leavers import Period, counted, exposure, register_counter
from atarraya.network.queries.people import others_active, recent_resets, waiting
from atarraya.network.queries.place import (
    collectives,
    forget_network,
    furniture,
    has_network,
    municipalities,
    neighbours,
    points_in,
    points_with_phones,
    the_network,
)

__all__ = [
    "Period",
    "circles_of",
    "collectives",
    "counted",
    "current_epoch",
    "current_list",
    "current_members",
    "exposure",
    "forget_network",
    "furniture",
    "has_network",
    "inboxes_of",
    "keyholders",
    "list_standing",
    "lists_after",
    "municipalities",
    "names_of",
    "neighbours",
    "others_active",
    "owes_epoch",
    "points_in",
    "points_with_phones",
    "recent_resets",
    "register_counter",
    "the_network",
    "waiting",
    "wrapped_for",
]
