"""Makes the server's half of the vectors. Run by hand when a format changes on purpose; see README.md."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "src"), str(HERE.parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.test")

from atarraya.sealing import agefile, bech32, bundles, commitments, encoding, envelopes, lists, receipts  # noqa: E402
from atarraya.sealing import transport as outbox  # noqa: E402
from atarraya.sealing.canonical import canonical  # noqa: E402
from support import opener  # noqa: E402

NETWORK = "6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21"
INBOX = "0b7c5f5e-8d1a-4c3b-8e6f-2a9d4c1b7e30"
REPORT = {
    "v": 1,
    "type": "report",
    "thread": "d3b2c1a0-4f5e-4a6b-8c7d-9e8f7a6b5c4d",
    "kind": "confinement",
    "text": "Año nuevo: nadie sale de la vereda 🙏\u2028línea",
    "unknown": {"kept": [1, True, None]},
}


def save(name: str, value: object) -> None:
    (HERE / f"{name}.json").write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def make_canonical() -> None:
    good = [
        '{"b":1,"a":[true,false,null,"ñ"]}',
        '{"\\ud83d\\ude4f":1,"\\uffff":2,"a":3,"":4}',
        '"tab\\t, quote\\", back\\\\, slash\\/, \\u2028, \\u007f, \\u0001"',
        "[9007199254740991,-9007199254740991,0]",
        '{"Z":{"y":[],"x":{}},"a":"e\\u0301 is not \\u00e9"}',
    ]
    refused = ["1.5", "1.0", "1e3", "-0", "12345678901234567890", "9007199254740992", '"\\ud800"', "[1, 2]",
               '{"b":1,"a":2}', '{"a":1,"a":1}', "NaN", "", "{", '"\\u00f1"', "[01]", " 1"]  # fmt: skip
    save(
        "canonical",
        {
            "good": [{"source": text, "canonical": canonical(json.loads(text))} for text in good],
            "refused": refused,
        },
    )


def make_encoding() -> None:
    cases = [b"", b"\0", b"\xff" * 5, bytes(range(20)), os.urandom(34), os.urandom(33)]
    save(
        "encoding",
        [
            {
                "hex": case.hex(),
                "b64": encoding.to_b64(case),
                "crockford": encoding.to_crockford(case),
                "checked": encoding.to_checked(case),
            }
            for case in cases
        ],
    )


def make_receipts() -> None:
    cases = []
    for _ in range(2):
        receipt = receipts.new(NETWORK)
        typed = "  " + "-".join(word.capitalize() for word in receipt.words) + "."
        typed = typed.replace("a", "á", 1)
        entry = "5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f"
        cases.append(
            {
                "network": NETWORK,
                "typed": typed,
                "words": list(receipt.words),
                "lookup": receipt.lookup,
                "erase": receipt.erase,
                "erase_hash": receipt.erase_hash,
                "reply": receipt.reply,
                "thread": receipt.thread,
                "claim": receipt.claim,
                "claim_hash": receipt.claim_hash,
                "answers": receipts.answer_lookups(receipt.reply),
                "entry": entry,
                "thread_erase_hash": encoding.to_b64(
                    receipts.thread_erase_hash(encoding.from_b64(receipt.thread), entry)
                ),
            }
        )
    save("receipts", {"good": cases, "refused": ["", "uno dos", "abeja abeja abeja abeja xyz", "a b c d e f"]})
    answer = {"s": "answered", "p": "we_are_on_it", "d": "2026-11-23"}
    key = cases[0]["reply"]
    slot = opener.seal_reply(answer, key, os.urandom(12))
    bent = bytes([*slot[:-1], slot[-1] ^ 1])
    save(
        "replies",
        [
            {"key": key, "slot": b64(slot), "answer": answer},
            {"key": cases[1]["reply"], "slot": b64(slot), "answer": None},
            {"key": key, "slot": b64(bent), "answer": None},
            {"key": key, "slot": b64(receipts.empty_reply()), "answer": None},
        ],
    )


def spoil(good: bytes, recipients: list[str], other: bytes) -> list[dict[str, Any]]:
    """Envelopes that are none, or were altered: what the server's check and the opener say of each."""
    head, stanza = len(agefile.VERSION), 98
    swapped = good[:head] + good[head + stanza : head + 2 * stanza] + good[head : head + stanza]
    swapped += good[head + 2 * stanza :]

    def flip(at: int) -> bytes:
        return good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]

    def raw(plaintext: bytes) -> bytes:
        return agefile.seal_to(plaintext, recipients)

    text = json.dumps(REPORT).encode()
    framed = len(text).to_bytes(4, "big") + text
    cases = {
        "cut by one": (good[:-1], False, "envelope_shape"),
        "one more": (good + b"\0", False, "envelope_shape"),
        "swapped stanzas": (swapped, True, "envelope_damaged"),
        "a stanza less": (good[:head] + good[head + stanza :], False, "envelope_damaged"),
        "a stanza of another": (other[: head + stanza] + good[head + stanza :], True, "envelope_damaged"),
        "version": (b"age-encryption.org/v2\n" + good[head:], False, "envelope_shape"),
        "flipped mac": (flip(good.index(b"--- ") + 6), True, "envelope_damaged"),
        "flipped nonce": (flip(len(good) - 2048 - 20), True, "envelope_damaged"),
        "flipped payload": (flip(len(good) - 100), True, "envelope_damaged"),
        "length beyond": (raw((3000).to_bytes(4, "big") + bytes(2044)), True, "envelope_padding"),
        "no zeros": (raw(framed.ljust(2048, b"x")), True, "envelope_padding"),
        "no bucket": (raw(framed.ljust(2047, b"\0")), False, "envelope_shape"),
        "version 2": (raw(frame({**REPORT, "v": 2})), True, "envelope_version"),
        "a list": (raw(frame([])), True, "payload_shape"),
        "not text": (raw(b"\0\0\0\2\xff\xfe".ljust(2048, b"\0")), True, "payload_shape"),
        "empty": (b"", False, "envelope_shape"),
    }
    return [
        {"name": name, "sealed": b64(blob), "server": server, "code": code}
        for name, (blob, server, code) in cases.items()
    ]


def frame(value: object) -> bytes:
    text = json.dumps(value).encode()
    return (len(text).to_bytes(4, "big") + text).ljust(2048, b"\0")


def make_envelopes() -> None:
    circles = [bundles.new_bundle() for _ in range(6)]
    recipients = [bundles.public_half(circle)["age"] for circle in circles]
    good = []
    for count, addressed, payload in (
        (1, [True], REPORT),
        (3, [False, True, True], {**REPORT, "type": "note", "text": "ñ" * 1500}),
        (6, [False] * 6, {"v": 1, "type": "checkin"}),
        (6, [False, False, False, False, False, True], REPORT),
    ):
        sealed = envelopes.seal(payload, recipients[:count], addressed)
        size = envelopes.check(sealed, count)
        good.append(
            {
                "stanzas": count,
                "addressed": addressed,
                "bucket": size,
                "payload": payload,
                "sealed": b64(sealed),
            }
        )
    whole = envelopes.seal(REPORT, recipients[:2], [True, True])
    other = envelopes.seal(REPORT, recipients[:2], [True, True])
    tolerated = opener.pyrage.encrypt(
        frame(REPORT), [opener.pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients[:2]]
    )
    save(
        "envelopes",
        {
            "identities": [circle["age"] for circle in circles],
            "good": good,
            "grease": {"stanzas": 2, "payload": REPORT, "sealed": b64(tolerated)},
            "refused": spoil(whole, recipients[:2], other),
        },
    )


def make_lists() -> None:
    members = [bundles.new_bundle() for _ in range(3)]
    public = [bundles.public_half(member) for member in members]
    stranger = bundles.new_bundle()

    def one(number: int, previous: str | None, recipients: list[int], signers: list[int], **other: object) -> str:
        return lists.document(
            {
                "inbox": INBOX,
                "number": number,
                "recipients": [public[i]["age"] for i in recipients],
                "signers": [public[i]["ed25519"] for i in signers],
                "previous": lists.digest(previous) if previous else None,
                "day": f"2026-11-{number:02}",
                **other,
            }
        )

    def sign(text: str, *by: dict[str, Any]) -> dict[str, Any]:
        return lists.sign(text, [bundle["ed25519"] for bundle in by])

    texts = [one(1, None, [0, 1], [0, 1])]
    texts.append(one(2, texts[0], [0, 1, 2], [1, 2], note="a member that nobody knows yet, with ñ"))
    texts.append(one(3, texts[1], [2], [2]))
    chain = [sign(texts[0], members[0]), sign(texts[1], stranger, members[1]), sign(texts[2], members[2])]
    print_ = lists.fingerprint(texts[0])
    card = {"fingerprint": print_, "number": 0, "document": None}
    at = [{"fingerprint": print_, "number": n + 1, "document": texts[n]} for n in range(3)]
    fork = one(2, texts[0], [0], [0])
    foreign = lists.document({**json.loads(texts[1]), "inbox": NETWORK})
    typed = print_.lower().replace("-", " ").replace("0", "o")
    cases = [
        ("the whole chain from a card", card, chain, 3),
        ("a card as typed", {**card, "fingerprint": typed}, chain[:1], 1),
        ("only what is new", at[0], chain[1:], 3),
        ("nothing new", at[2], chain, 3),
        ("nothing new, last only", at[2], chain[2:], 3),
        ("older than held", at[2], chain[:2], "list_lower"),
        ("none", at[2], [], "list_lower"),
        ("none from a card", card, [], "list_broken"),
        ("another inbox on the card", {**card, "fingerprint": lists.fingerprint(texts[1])}, chain, "list_fingerprint"),
        ("starts in the middle", card, chain[1:], "list_broken"),
        ("a gap", at[0], chain[2:], "list_broken"),
        ("a fork of the one held", at[1], [chain[0], sign(fork, members[0])], "list_broken"),
        ("a fork that carries on", at[1], [sign(one(3, fork, [0], [0]), members[0])], "list_broken"),
        ("signed by a stranger", at[0], [sign(texts[1], stranger)], "list_broken"),
        ("signed by a key of the new list only", at[0], [sign(texts[1], members[2])], "list_broken"),
        ("first signed by its second signer", card, [sign(texts[0], members[1])], "list_broken"),
        ("not signed", at[0], [{"document": texts[1], "signatures": []}], "list_broken"),
        ("altered", at[0], [{**chain[1], "document": texts[1].replace("ñ", "n")}], "list_broken"),
        ("moved to another inbox", at[0], [sign(foreign, members[1])], "list_broken"),
        ("not canonical", card, [{**chain[0], "document": texts[0] + " "}], "list_broken"),
        ("no list", card, [{"document": "[]", "signatures": []}], "list_broken"),
    ]
    save(
        "lists",
        {
            "documents": [
                {"text": text, "fingerprint": lists.fingerprint(text), "digest": lists.digest(text)} for text in texts
            ],
            "cases": [
                {"name": name, "state": state, "lists": given, "result": result} for name, state, given, result in cases
            ],
            "no_lists": no_lists(json.loads(texts[1])),
        },
    )


def no_lists(good: dict[str, Any]) -> list[str]:
    """Canonical texts that are not lists."""
    post_quantum = "age1pq1" + good["recipients"][0][4:]
    changes: list[dict[str, Any]] = [
        {"recipients": []},
        {"recipients": good["recipients"] * 3},
        {"recipients": [*good["recipients"][:1], post_quantum]},
        {"recipients": [bech32.encode("age", bytes(31))]},
        {"signers": []},
        {"signers": ["AAAA"]},
        {"number": 0},
        {"number": 1},
        {"number": True},
        {"previous": None},
        {"day": "2026-1-1"},
        {"inbox": good["inbox"].upper()},
        {"v": 2},
    ]
    return [canonical({**good, **change}) for change in changes]


def make_others() -> None:
    digest, salt, text = commitments.commit({"act": "publish", "summary": "Camino cerrado en El Ñame", "codes": [1, 2]})
    save(
        "commitments",
        [
            {"hash": digest, "salt": salt, "text": text, "matches": True},
            {"hash": digest, "salt": salt, "text": text.replace("Ñ", "N"), "matches": False},
            {"hash": digest, "salt": salt[::-1], "text": text, "matches": False},
            {"hash": "AAAA", "salt": salt, "text": text, "matches": False},
        ],
    )
    public, secret = outbox.new_key()
    header = {"id": INBOX, "municipality": "27001", "share": {"kind": "combat"}}
    envelope = envelopes.seal(REPORT, [public], [False])
    save(
        "transport",
        {
            "secret": secret.decode(),
            "public": public,
            "header": header,
            "envelope": b64(envelope),
            "sealed": b64(outbox.seal_for_transport(header, envelope, public)),
        },
    )
    bundle = {**bundles.new_bundle(), "later": {"sms": "kept"}}
    phrase, code, member = bundles.new_phrase(), bundles.new_code(), bundles.new_bundle()
    save(
        "bundles",
        {
            "bundle": bundle,
            "public": bundles.public_half(bundle),
            "phrase": phrase,
            "for_phrase": b64(bundles.seal_for_phrase(bundle, phrase)),
            "code": code,
            "for_code": b64(bundles.seal_for_code(bundle, code)),
            "member": member["age"],
            "for_member": b64(bundles.seal_to(bundle, [bundles.public_half(member)["age"]])),
        },
    )


if __name__ == "__main__":
    make_canonical()
    make_encoding()
    make_receipts()
    make_envelopes()
    make_lists()
    make_others()
