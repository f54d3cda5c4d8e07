"""The circle's sealed list of names: kept by its members, opened by its key, unread by the server."""

from __future__ import annotations

import pytest

from atarraya.network import queries
from atarraya.network.models import NameList
from atarraya.network.refusals import NeedsKeyholder
from atarraya.network.services.names import keep_names
from atarraya.sealing import envelopes
from atarraya.sealing.refusals import NotAnEnvelope
from atarraya.trail.models import Line
from support.cast import Cast
from support.opener import open_envelope

LIST = {"v": 1, "type": "note", "act": "names", "names": ["Yurleidy Ñáñez"]}


def sealed(cast: Cast) -> bytes:
    """The list as a desk seals it: to the circle alone."""
    return envelopes.seal(LIST, cast.recipients[:1], [True])


def test_a_member_keeps_it_and_only_the_circle_opens_it(cast: Cast) -> None:
    keep_names(cast.verifiers.circle, sealed(cast), by=cast.verifier.member)
    row = queries.names_of(cast.approver.member).get()
    assert b"Yurleidy" not in bytes(row.sealed)
    assert open_envelope(bytes(row.sealed), cast.verifiers.identities) == LIST
    assert open_envelope(bytes(row.sealed), cast.women.identities) is None
    assert Line.objects.filter(verb="circle.keep_names").count() == 1


@pytest.mark.parametrize("who", ["companion", "warden", "infiltrator"])
def test_who_is_not_of_the_circle_neither_keeps_nor_gets_it(cast: Cast, who: str) -> None:
    keep_names(cast.verifiers.circle, sealed(cast), by=cast.verifier.member)
    member = getattr(cast, who).member
    with pytest.raises(NeedsKeyholder):
        keep_names(cast.verifiers.circle, sealed(cast), by=member)
    assert not queries.names_of(member).exists()


@pytest.mark.parametrize("blob", [b"Yurleidy", b"", b"age-encryption.org/v1\n"])
def test_what_is_not_sealed_is_not_kept(cast: Cast, blob: bytes) -> None:
    with pytest.raises(NotAnEnvelope):
        keep_names(cast.verifiers.circle, blob, by=cast.verifier.member)
    assert not NameList.objects.exists()
