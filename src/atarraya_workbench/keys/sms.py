"""What came as one sealed SMS, opened: inside the account of an SMS that a gateway handed on, as the desk opens it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from atarraya.sealing.refusals import SmsRefused
from atarraya.sealing.sms import head, message
from atarraya_workbench.folder import Export, Header, Inbox
from atarraya_workbench.keys.ring import Ring

KEPT_DAYS = 45  # after a change of keys, as for reports that come over the line
_AHEAD, _BEHIND = timedelta(hours=1), timedelta(hours=72)
_BANDS = ((100, "100+"), (21, "21-100"), (6, "6-20"), (1, "1-5"))
_WHO = ("COMMUNITY", "FAMILY", "PERSON")
_RUN = re.compile(r"[0-9A-Za-z]{100,}")

Payload = dict[str, Any]


def inside(export: Export, ring: Ring, header: Header, payload: Payload) -> Payload:
    """Return an account with what was said in the sealed SMS that is its text; any other payload as it is.

    `sms.sealed.state` is "open"; "before" the inbox's last change of keys; "old", so long before that it is not opened;
    "other", to a circle whose key is not here; or "damaged".
    """
    text, sms = payload.get("text"), payload.get("sms")
    if payload.get("type") != "report" or not isinstance(sms, dict) or not isinstance(text, str) or "sealed" in sms:
        return payload
    run = _RUN.search(text)
    return payload if run is None else _opened(export, ring, header, payload, run[0])


def _opened(export: Export, ring: Ring, header: Header, payload: Payload, letters: str) -> Payload:
    inbox = export.inboxes.get(header.inbox)
    try:
        sealed = message.read(letters)
    except SmsRefused:
        return _told(payload, "damaged")
    number = message.full_number(sealed, max(inbox.days, default=0)) if inbox else 0
    if inbox is None or number < 1:
        return _told(payload, "damaged")
    if number < header.number and _too_long(inbox.days.get(number + 1), header.day):
        return _told(payload, "old")
    for secret in ring.keys.values():
        if secret.sms is None:
            continue
        try:
            plaintext = message.SUITE.decrypt(sealed.inside, secret.sms, message.info(UUID(header.inbox), number))
            said, text = message.unpack(plaintext)
        except (InvalidTag, SmsRefused):
            continue
        return _account(payload, said, text, "before" if number < header.number else "open")
    return _told(payload, "damaged" if _opens_here(export, ring, inbox, number) else "other")


def _opens_here(export: Export, ring: Ring, inbox: Inbox, number: int) -> bool:
    """Return whether the key is here that phones seal to: of the first of the team's circles that has one."""
    named = []
    for recipient, key in zip(inbox.recipients.get(number, ()), inbox.sms.get(number, ()), strict=False):
        owner = export.served_by(recipient)
        named.append((owner[0].purpose if owner else "", key, recipient))
    checked = any(purpose == "VERIFIERS" for purpose, _key, _recipient in named)
    team = [one for one in named if (one[0] == "VERIFIERS" if checked else one[0] != "WOMEN")]
    first = next((recipient for _purpose, key, recipient in team if key is not None), None)
    return first is None or first in ring.keys


def _too_long(changed: str | None, arrived: str) -> bool:
    try:
        return changed is None or date.fromisoformat(arrived) - date.fromisoformat(changed) > timedelta(days=KEPT_DAYS)
    except ValueError:
        return True


def _told(payload: Payload, state: str) -> Payload:
    sealed = {"state": state, "written": "", "doubt": False, "cut": False}
    return {**payload, "text": "", "sms": {**payload["sms"], "sealed": sealed}}


def _account(payload: Payload, said: head.Head, text: str, state: str) -> Payload:
    arrived, written, doubt = _arrived(payload["sms"].get("at")), "", True
    if arrived is not None:
        moment = datetime.fromtimestamp(head.moment(said.time, int(arrived.timestamp())), UTC)
        written, doubt = moment.strftime("%Y-%m-%dT%H:%M"), not arrived - _BEHIND <= moment <= arrived + _AHEAD
    who = next((group for group in _WHO if group in said.groups), None)
    return {
        **payload,
        "kind": said.kind or None,
        "municipality": said.municipality or None,
        "urgency": said.urgency or None,
        "who": who,
        "groups": [group for group in said.groups if group != who],
        "bands": next((band for least, band in _BANDS if said.count >= least), None),
        "seen": next((flag for flag in ("SAW", "TOLD") if flag in said.flags), None),
        "wish": "share" if "SHARE" in said.flags else None,
        "text": text,
        "sms": {
            **payload["sms"],
            "sealed": {"state": state, "written": written, "doubt": doubt, "cut": "CUT" in said.flags},
        },
    }


def _arrived(at: object) -> datetime | None:
    try:
        said = datetime.strptime(str(at), "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError:
        return None
    return said if 2020 < said.year < 2200 else None  # whoever writes may seal anything
