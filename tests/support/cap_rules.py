"""The normative rules of CAP 1.2 that its schema does not know, and this house's own; each names what is wrong.

Read with lxml, which is no part of what writes the documents.
"""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
PLAIN = re.compile(r"[^\s,<&]+")
TIMES = ("sent", "effective", "onset", "expires")


def broken(document: bytes, *, offset: str = "-05:00") -> list[str]:
    """Return the rules that a CAP document breaks, by name; none for a good one."""
    alert = etree.fromstring(document)
    found = [*_names(alert), *_times(alert, offset), *_message(alert)]
    infos = alert.findall(f"{CAP}info")
    if not infos:
        found.append("info missing")
    for info in infos:
        found += _info(info, _text(alert, "sent"))
    languages = [_text(info, "language") for info in infos]
    if len(set(languages)) != len(languages):
        found.append("two blocks of one language")
    return found


def _text(element: etree._Element, name: str) -> str:
    found = element.find(f"{CAP}{name}")
    return (found.text or "") if found is not None else ""


def _names(alert: etree._Element) -> list[str]:
    return [f"{name} not plain" for name in ("identifier", "sender") if not PLAIN.fullmatch(_text(alert, name))]


def _times(alert: etree._Element, offset: str) -> list[str]:
    found = []
    for element in alert.iter(*(f"{CAP}{name}" for name in TIMES)):
        text = element.text or ""
        if not TIME.fullmatch(text):
            found.append(f"{etree.QName(element).localname} no CAP time")
        elif not text.endswith(offset):
            found.append(f"{etree.QName(element).localname} of another offset")
    return found


def _message(alert: etree._Element) -> list[str]:
    found, kind, references = [], _text(alert, "msgType"), _text(alert, "references").split()
    if kind in {"Update", "Cancel"} and not references:
        found.append("references missing")
    if kind == "Alert" and references:
        found.append("references of a first message")
    for each in references:
        found += _reference(alert, each)
    scope = _text(alert, "scope")
    if (scope == "Restricted") != bool(_text(alert, "restriction")):
        found.append("restriction only with Restricted")
    if (scope == "Private") != bool(_text(alert, "addresses")):
        found.append("addresses only with Private")
    if _text(alert, "status") == "Exercise" and not _text(alert, "note"):
        found.append("exercise without a note")
    return found


def _reference(alert: etree._Element, reference: str) -> list[str]:
    parts = reference.split(",")
    if len(parts) != 3 or not all(PLAIN.fullmatch(part) for part in parts) or not TIME.fullmatch(parts[2]):
        return ["reference not sender,identifier,sent"]
    if parts[1] == _text(alert, "identifier"):
        return ["reference to itself"]
    return ["reference to a later message"] if parts[2] > _text(alert, "sent") else []


def _info(info: etree._Element, sent: str) -> list[str]:
    found = []
    expires = _text(info, "expires")
    if not expires:
        found.append("expires missing")
    elif TIME.fullmatch(expires) and TIME.fullmatch(sent) and _moment(expires) <= _moment(sent):
        found.append("expires before sent")
    if not _text(info, "language"):
        found.append("language missing")
    if any(each.text == "AllClear" for each in info.findall(f"{CAP}responseType")):
        found.append("all clear is never said")
    areas = info.findall(f"{CAP}area")
    if not areas:
        found.append("area missing")
    for area in areas:
        found += _area(area)
    return found


def _area(area: etree._Element) -> list[str]:
    found = [f"{shape} drawn" for shape in ("polygon", "circle") if area.find(f"{CAP}{shape}") is not None]
    codes = [(_text(code, "valueName"), _text(code, "value")) for code in area.findall(f"{CAP}geocode")]
    if len(codes) != 1 or codes[0][0] != "DIVIPOLA" or not re.fullmatch(r"\d{5}", codes[0][1]):
        found.append("no municipal code")
    if not _text(area, "areaDesc").strip():
        found.append("area without a name")
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
