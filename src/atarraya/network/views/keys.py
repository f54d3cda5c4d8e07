"""A member's own key: making it, resealing it, proving it, reopening it, and what a desk needs of keys."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from atarraya.kernel import clock
from atarraya.network import queries
from atarraya.network.models import Circle, Inbox, Member
from atarraya.network.refusals import Incomplete
from atarraya.network.services import members, proofs, reopening
from atarraya.network.services.keys import PublicHalf
from atarraya.network.views import body
from atarraya.network.views.shapes import MemberRequest
from atarraya.network.views.steps import next_step
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.lists import fingerprint
from atarraya.trail.services import head
from atarraya.web.verbs import INVITED, MEMBER, verb

CHALLENGE = "challenge"


@verb("member.store_key", INVITED)
def new_key(request: MemberRequest) -> HttpResponse:
    """Make the member's key in the browser; also in place of one whose phrase and sheet are both lost."""
    member = request.user
    if request.method != "POST":
        return render(request, "network/key_new.html", {"replaces": bool(member.recipient)})
    fields = body.read(request)
    if bool(member.recipient) != bool(fields.get("replaces")):
        # A second tab, or Back after storing: the first key stands and nothing is replaced by accident.
        return JsonResponse({"next": next_step(member)})
    public = PublicHalf.read(fields.get("public"))
    files = body.blob(fields.get("phrase_file")), body.blob(fields.get("code_file"))
    members.store_member_key(member, public, *files)
    return body.go("network:next")


@verb("member.reseal", INVITED)
def reseal(request: MemberRequest, page: str) -> HttpResponse:
    """Keep the same key under new words (`phrase`), a new sheet (`sheet`) or this device (`device`)."""
    member = request.user
    if request.method != "POST":
        if not member.recipient:
            return redirect("network:new_key")
        return render(request, f"network/key_{page}.html")
    fields = body.read(request)
    phrase, code = fields.get("phrase_file"), fields.get("code_file")
    members.reseal_member_key(
        member,
        phrase_file=body.blob(phrase) if phrase else None,
        code_file=body.blob(code) if code else None,
        passkey=_passkey(fields),
    )
    return body.go("mfa_index")


def _passkey(fields: dict[str, Any]) -> tuple[str, bytes] | None:
    if not fields.get("passkey_file"):
        return None
    name = body.text(fields, "passkey_name")
    if not name.startswith("AGE-PLUGIN-FIDO2PRF-1") or len(name) > 1024:
        raise Incomplete()
    return name, body.blob(fields["passkey_file"])


@verb("member.waiting", INVITED)
def waiting(request: MemberRequest) -> HttpResponse:
    """Show the words that a keyholder will ask for by voice, and say what a new member waits for."""
    if not request.user.recipient:
        return redirect("network:next")
    inside = request.user.state != Member.State.WAITING
    return render(request, "network/waiting.html", {"inside": inside})


@verb("member.prove", INVITED)
def prove(request: MemberRequest) -> HttpResponse:
    """After a reset of the login: the member's own key signs a challenge, or nothing is reached."""
    if request.method != "POST":
        request.session[CHALLENGE] = challenge = secrets.token_urlsafe(32)
        return render(request, "network/prove.html", {"challenge": challenge})
    fields = body.read(request)
    challenge = request.session.pop(CHALLENGE, "")
    proofs.prove_key(request.user, challenge, body.text(fields, "signature"))
    return body.go("network:next")


@verb("member.keys", INVITED)
@require_GET
def keys(request: MemberRequest) -> JsonResponse:
    """Give the member their own key files, the wrapped keys of their circles, and their inboxes' lists."""
    member = request.user
    number, digest = head()
    return JsonResponse(
        {
            "network": str(queries.the_network().id),
            "member": {
                "id": str(member.pk),
                "alias": member.alias,
                "state": member.state,
                "public": {"age": member.recipient, "ed25519": member.signing_key},
            },
            "files": {
                "phrase": to_b64(bytes(member.phrase_file)),
                "code": to_b64(bytes(member.code_file)),
                "passkey": to_b64(bytes(member.passkey_file)),
                "passkey_name": member.passkey_name,
            },
            "circles": [_circle(circle, member) for circle in queries.circles_of(member)],
            "inboxes": [_inbox(inbox) for inbox in queries.inboxes_of(member)],
            "head": {"number": number, "digest": to_b64(digest), "day": clock.today().isoformat()},
        }
    )


def _circle(circle: Circle, member: Member) -> dict[str, Any]:
    wrapped = queries.wrapped_for(member).filter(epoch__circle=circle)
    return {
        "id": str(circle.pk),
        "name": circle.name,
        "purpose": circle.purpose,
        "offline_recipient": circle.offline_recipient,
        "current": queries.current_epoch(circle).number,
        "owes_epoch": queries.owes_epoch(circle),
        "epochs": [
            {
                "number": row.epoch.number,
                "recipient": row.epoch.recipient,
                "signing_key": row.epoch.signing_key,
                "day": row.epoch.day.isoformat(),
                "sealed": to_b64(bytes(row.sealed)),
            }
            for row in wrapped
        ],
    }


def _inbox(inbox: Inbox) -> dict[str, Any]:
    rows = queries.lists_after(inbox, 0)
    places = list(inbox.places.order_by("position").select_related("circle"))
    return {
        "id": str(inbox.pk),
        "name": inbox.name,
        "fingerprint": fingerprint(rows[0].document),
        "circles": [str(place.circle_id) for place in places],
        "purposes": [place.circle.purpose for place in places],
        "lists": [{"document": row.document, "signatures": row.signatures} for row in rows],
    }


@verb("trail.countersign", MEMBER)
@require_POST
def countersign(request: MemberRequest) -> JsonResponse:
    """Keep a head of the trail that the member's key signed (R31)."""
    fields = body.read(request)
    number = fields.get("number")
    if not isinstance(number, int):
        raise Incomplete()
    digest, signature = body.blob(fields.get("digest")), body.text(fields, "signature")
    kept = proofs.countersign(request.user, number, digest, signature)
    return JsonResponse({"number": kept.number})


@verb("member.reopen", MEMBER)
@require_POST
def keep_half(request: MemberRequest) -> JsonResponse:
    """Keep the server's half of a short PIN for this tab's session."""
    proof = body.blob(body.read(request).get("proof"))
    half = reopening.keep_half(request.user, _session(request), proof)
    return JsonResponse({"half": to_b64(half)})


@verb("member.reopen", MEMBER)
@require_POST
def give_half(request: MemberRequest) -> JsonResponse:
    """Give the half back for the right PIN; three tries."""
    proof = body.blob(body.read(request).get("proof"))
    half = reopening.give_half(request.user, _session(request), proof)
    return JsonResponse({"half": to_b64(half)})


@verb("member.reopen", INVITED)
@require_POST
def forget_half(request: MemberRequest) -> HttpResponse:
    """Forget the half: this tab opens with the phrase only."""
    reopening.forget_half(_session(request))
    return HttpResponse(status=204)


def _session(request: HttpRequest) -> str:
    return str(request.session.session_key)
