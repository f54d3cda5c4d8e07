"""The queue's addresses: what waits, sealed entries by page, notes, and the pulse a desk polls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from atarraya.alerts.models import HandOver, OldGrant, RetentionNotice
from atarraya.alerts.queries import desk, entries, handovers
from atarraya.alerts.queries import retention as keeping
from atarraya.alerts.services import handing, notes, retention
from atarraya.channels.odk import queries as odk
from atarraya.channels.sms.queries import burnt_untold, troubles
from atarraya.desk import bodies
from atarraya.desk.answers import as_json, member_of, unless_same
from atarraya.kernel.errors import NotFound
from atarraya.network import queries as network
from atarraya.network.models import Inbox, Member
from atarraya.network.services.names import keep_names
from atarraya.web.verbs import MEMBER, verb


def _inbox(member: Member, inbox_id: str) -> Inbox:
    found = network.inboxes_of(member).filter(pk=inbox_id).first() if _is_id(inbox_id) else None
    if found is None:
        raise NotFound()
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise bodies.Unreadable() from wrong


@require_GET
@verb("entry.overview", MEMBER)
def overview(request: HttpRequest) -> HttpResponse:
    """Say how many entries wait, by inbox, municipality, urgency and day."""
    return unless_same(request, {"groups": entries.overview(member_of(request))})


@require_GET
@verb("entry.hand", MEMBER)
def page(request: HttpRequest) -> HttpResponse:
    """Hand a page of sealed entries of one inbox, municipality (empty: unclassified) and day."""
    member = member_of(request)
    inbox = _inbox(member, request.GET.get("inbox", ""))
    cursor = request.GET.get("cursor", "")
    if cursor and not _is_id(cursor):
        raise bodies.Unreadable()
    found = handing.page(
        member,
        inbox,
        request.GET.get("municipality") or None,
        _day(request.GET.get("day", "")),
        UUID(cursor) if cursor else None,
    )
    return as_json({"entries": found.entries, "cursor": found.cursor})


@require_GET
@verb("entry.attachment", MEMBER)
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """Hand the sealed slices of an attachment, in order."""
    slices = handing.attachment(member_of(request), attachment_id)
    if not slices:
        raise NotFound()
    return as_json({"slices": [{"index": index, "sealed": blob} for index, blob in slices]})


@require_POST
@verb("entry.note", MEMBER)
def note(request: HttpRequest) -> HttpResponse:
    """Keep a sealed note."""
    member, body = member_of(request), bodies.read(request, bodies.Note)
    notes.add_note(
        member,
        _inbox(member, body.inbox),
        body.number,
        body.sealed,
        body.lookup,
        body.erase_hash,
        body.municipality,
        body.urgency,
        body.keep,
        note_id=UUID(body.id),
        reply=body.reply,
    )
    return as_json({"id": body.id}, status=201)


@require_GET
@verb("desk.pulse", MEMBER)
def pulse(request: HttpRequest) -> HttpResponse:
    """Say whether anything changed since the desk last asked, and who last looked."""
    member = member_of(request)
    inboxes = list(network.inboxes_of(member))
    before = {str(inbox.pk): _clock_time(entries.last_look(inbox)) for inbox in inboxes}
    if request.GET.get("looking") == "1":
        for inbox in inboxes:
            handing.look(inbox)
    return unless_same(
        request,
        {
            "entries": entries.fingerprint(member),
            "alerts": desk.fingerprint(member),
            "waiting": desk.waiting_count(member),
            "looked": before,
            "odk": _odk(inboxes),
            **_notices(member),
        },
    )


def _odk(inboxes: list[Inbox]) -> dict[str, Any] | None:
    """Return how many ODK submissions nobody can read until a workbench opens them, and since what day."""
    found = odk.waiting(inboxes)
    return {"count": found.count, "day": found.oldest} if found else None


def _clock_time(moment: datetime | None) -> str | None:
    """Return a moment as the desk says it: hour and minute today, else day and hour."""
    if moment is None:
        return None
    local = timezone.localtime(moment)
    return local.strftime("%H:%M" if local.date() == timezone.localdate() else "%d/%m %H:%M")


def _notices(member: Member) -> dict[str, Any]:
    return {
        "retention": [
            {
                "id": notice.pk,
                "municipality": notice.municipality,
                "last_day": notice.last_day,
                "count": notice.count,
                "urgent": notice.urgent,
            }
            for notice in keeping.notices_for(member)
        ],
        "handovers": [
            {"id": row.pk, "member": row.member.alias, "hour": _clock_time(row.hour), "older": row.older}
            for row in handovers.notices_for(member)
        ],
        "grants": [
            {"id": grant.pk, "member": grant.member.alias, "inbox": grant.inbox.name}
            for grant in handovers.grants_waiting(member)
        ],
        "burnt": [{"id": book.pk, "collective": book.collective.name} for book in burnt_untold(member)],
        "sms": [
            {
                "say": one.what,
                "name": one.name,
                "time": _clock_time(one.seen),
                "count": one.count,
                "waiting": one.waiting,
            }
            for one in troubles(inbox.pk for inbox in network.inboxes_of(member))
        ],
    }


@require_POST
@verb("desk.told", MEMBER)
def told(request: HttpRequest) -> HttpResponse:
    """Note which notices this member has read."""
    member, body = member_of(request), bodies.read(request, bodies.Told)
    for notice in RetentionNotice.objects.filter(pk__in=body.retention):
        retention.tell(member, notice)
    for handover in HandOver.objects.filter(pk__in=body.handovers):
        handing.was_told(member, handover)
    return as_json({"done": True})


@require_POST
@verb("entry.old", MEMBER)
def old(request: HttpRequest) -> HttpResponse:
    """Ask to be handed what is older than 30 days, or agree to what another member asked."""
    member, body = member_of(request), bodies.read(request, bodies.OldEntries)
    if body.inbox is not None:
        handing.ask_for_old(member, _inbox(member, body.inbox))
    elif body.grant is not None:
        grant = OldGrant.objects.filter(pk=body.grant).select_related("inbox").first()
        if grant is None:
            raise NotFound()
        handing.agree_to_old(member, grant)
    return as_json({"done": True})


@require_http_methods(["GET", "POST"])
@verb("circle.names", MEMBER)
def names(request: HttpRequest) -> HttpResponse:
    """Hand the sealed lists of names of the member's circles, or keep one anew."""
    member = member_of(request)
    if request.method == "GET":
        found = network.names_of(member)
        return as_json({"names": [{"circle": row.circle_id, "sealed": bytes(row.sealed)} for row in found]})
    body = bodies.read(request, bodies.Names)
    circle = network.circles_of(member).filter(pk=body.circle).first()
    if circle is None:
        raise NotFound()
    keep_names(circle, body.sealed, by=member)
    return as_json({"done": True})
