"""Requests as the gate lets them through: with a member."""

from __future__ import annotations

from django.http import HttpRequest

from atarraya.network.models import Member


class MemberRequest(HttpRequest):
    """A request whose user the gate has found to be a member of the declared reach."""

    user: Member
