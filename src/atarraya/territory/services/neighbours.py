"""Which municipalities the network lists as neighbours. The list decides who sees a warning at once (R15)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from atarraya.kernel.transactions import write
from atarraya.territory.models import Neighbour
from atarraya.territory.queries import municipality


def set_neighbours(code: str, others: Iterable[str]) -> frozenset[str]:
    """Make `others` exactly the neighbours of `code`, both ways, and return them.

    Older codes are followed; the municipality itself is left out. Raises UnknownPlace.
    """
    unit = municipality(code)
    wanted = {municipality(other).code for other in others} - {unit.code}
    with write():
        Neighbour.objects.filter(Q(municipality=unit) | Q(other=unit)).delete()
        pairs = [(unit.code, other) for other in sorted(wanted)]
        pairs += [(other, here) for here, other in pairs]
        Neighbour.objects.bulk_create([Neighbour(municipality_id=here, other_id=there) for here, there in pairs])
    return frozenset(wanted)
