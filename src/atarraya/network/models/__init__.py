"""Rows of the network room, one module a family."""

from atarraya.network.models.circles import (
    Circle,
    CircleEpoch,
    CircleMember,
    Inbox,
    InboxCircle,
    NameList,
    RecipientList,
    WrappedKey,
)
from atarraya.network.models.members import Freeze, Invitation, LoginReset, Member, Removal, Reopening
from atarraya.network.models.network import Collective, Network, PolicyChange
from atarraya.network.models.points import Point, PointDevice

__all__ = [
    "Circle",
    "CircleEpoch",
    "CircleMember",
    "Collective",
    "Freeze",
    "Inbox",
    "InboxCircle",
    "Invitation",
    "LoginReset",
    "Member",
    "NameList",
    "Network",
    "Point",
    "PointDevice",
    "PolicyChange",
    "RecipientList",
    "Removal",
    "Reopening",
    "WrappedKey",
]
