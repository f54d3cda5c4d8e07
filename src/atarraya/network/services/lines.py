"""The network's own SMS numbers, told to points so that they know where to write when there is no data."""

from __future__ import annotations

import re

from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network.models import Inbox, Member
from atarraya.network.refusals import NotANumber
from atarraya.trail.services import record

MOST = 3
_SPACED = re.compile(r"[\s().-]+")
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


def choose(inbox: Inbox, said: str, *, by: Member) -> list[str]:
    """Keep the numbers that points of an inbox may write to, one a line or between commas; none takes them away.

    Returns them as they are dialled from anywhere, such as `+573001112233`. A steward's act. Raises NotANumber.
    """
    policy.steward(by)
    numbers = [_SPACED.sub("", one) for one in re.split(r"[,;\n]", said) if one.strip()]
    if len(numbers) > MOST or not all(_NUMBER.fullmatch(one) for one in numbers):
        raise NotANumber()
    with write():
        row = Inbox.objects.select_for_update().get(pk=inbox.pk)
        row.sms_lines = chosen = list(dict.fromkeys(numbers))
        row.save(update_fields=["sms_lines"])
        record("inbox.lines", actor=by.pk, subject=inbox.pk)
    return chosen


def forget(inbox: Inbox, *, by: Member | None) -> None:
    """Take an inbox's numbers away: nobody receives there any more."""
    with write():
        if Inbox.objects.filter(pk=inbox.pk).exclude(sms_lines=[]).update(sms_lines=[]):
            record("inbox.lines", actor=by.pk if by else "operator", subject=inbox.pk)
