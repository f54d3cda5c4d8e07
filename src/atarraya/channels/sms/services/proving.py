"""A run of a gateway shows that it holds the key: only then does it publish codes, take what is to be sent, and live.

One run at a time: the last that proved its key ends the one before. Whoever has the token alone proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.refusals import OtherRun, Unproved
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.sealing import proofs

# A run proves itself anew every five minutes; one that could not for so long is believed no more.
LASTS = timedelta(minutes=15)


def ask(gateway: Gateway, run: str) -> bytes:
    """Return what only this gateway's key opens, for this run."""
    return proofs.asked(str(gateway.pk), run, gateway.recipient, clock.now())


def prove(gateway: Gateway, run: str, word: str, *, again: bool) -> None:
    """Believe a run that tells the word back, and end the run before it.

    `again`: this run has proved itself before; it does not take back what another took over since. Raises Unproved
    or OtherRun.
    """
    if not proofs.is_right(str(gateway.pk), run, word, clock.now()):
        raise Unproved()
    mine = proofs.run_hash(run)
    with write():
        row = Gateway.objects.select_for_update().get(pk=gateway.pk)
        if again and row.run != mine:
            raise OtherRun()
        if row.run != mine:  # what called before it was the run that it takes the place of
            row.other_seen = None
        row.run, row.proved = mine, _minute()
        row.save(update_fields=["run", "proved", "other_seen"])


def is_proved(gateway: Gateway, run: str | None) -> bool:
    """Return whether this run is the one that proved its key, and lately."""
    return is_run(gateway, run) and gateway.proved is not None and clock.now() - gateway.proved < LASTS


def check(gateway: Gateway, run: str | None) -> str:
    """Return the hash of a run that has proved its key. Raises Unproved, or OtherRun where another works."""
    if run is None or not is_proved(gateway, run):
        live = gateway.proved is not None and clock.now() - gateway.proved < LASTS
        raise OtherRun() if run is not None and live and not is_run(gateway, run) else Unproved()
    return gateway.run


def is_run(gateway: Gateway, run: str | None) -> bool:
    """Return whether this run was the last to prove its key, however long ago."""
    return run is not None and gateway.run != "" and gateway.run == proofs.run_hash(run)


def _minute() -> datetime:
    return clock.now().replace(second=0, microsecond=0)
