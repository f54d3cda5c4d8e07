"""Devices: made and ended by a steward, known by a login and a password that is told once."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from atarraya.channels.odk.models import OdkDevice
from atarraya.channels.odk.refusals import DeviceRefused
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Inbox, Member
from atarraya.network.refusals import Incomplete
from atarraya.network.services.secrets import ALPHABET, hashed
from atarraya.trail.services import record

LOGIN_LETTERS = 8
PASSWORD_BYTES = 24


@dataclass(frozen=True)
class NewDevice:
    """A device and its password, which is told this once."""

    device: OdkDevice
    password: str


def create(label: str, inbox: Inbox, *, by: Member | None) -> NewDevice:
    """Make a device that hands in to an inbox. A steward's act. Raises Incomplete."""
    policy.steward(by)
    if not label.strip():
        raise Incomplete(code="name")
    queries.current_list(inbox)  # somebody must be there to read it
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with write():
        device = OdkDevice.objects.create(
            inbox=inbox,
            label=label.strip()[:40],
            login="".join(secrets.choice(ALPHABET) for _ in range(LOGIN_LETTERS)).lower(),
            password_hash=hashed(password),
            created=clock.today(),
        )
        record("odk.device", actor=by.pk if by else "operator", subject=device.pk)
    return NewDevice(device, password)


def end(device: OdkDevice, *, by: Member | None) -> OdkDevice:
    """End a device for good: its password opens nothing from now on. A steward's act."""
    policy.steward(by)
    with write():
        device = OdkDevice.objects.select_for_update().get(pk=device.pk)
        if device.state == OdkDevice.State.ACTIVE:
            device.state, device.revoked = OdkDevice.State.REVOKED, clock.today()
            device.save(update_fields=["state", "revoked"])
            record("odk.device_end", actor=by.pk if by else "operator", subject=device.pk)
    return device


def authenticate(login: str, password: str) -> OdkDevice:
    """Return the device whose login and password these are; raise DeviceRefused.

    Tries are not counted: 192 random bits are not guessed, and a count would let a stranger keep a device out.
    """
    device = OdkDevice.objects.filter(login=login, state=OdkDevice.State.ACTIVE).select_related("inbox").first()
    kept = bytes(device.password_hash) if device is not None else bytes(32)
    if not hmac.compare_digest(kept, hashed(password)) or device is None:
        raise DeviceRefused()
    return device
