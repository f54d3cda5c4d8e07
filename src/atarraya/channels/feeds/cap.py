"""One message as a CAP 1.2 document: valid by its schema and by the rules the schema does not know.

Two blocks of information, Spanish and English. The area is a municipality by its official code: never a point, a
circle or a polygon.
"""

from __future__ import annotations

from django.utils.translation import override

from atarraya.channels.feeds import about as words
from atarraya.channels.feeds import phrases, rules
from atarraya.channels.feeds.about import About
from atarraya.channels.feeds.queries.items import Item
from atarraya.channels.feeds.telling import Message
from atarraya.channels.feeds.writing import Writer, stamp

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
TYPE = "application/cap+xml"
LONGEST_HEADLINE = 160


def document(item: Item, about: About) -> bytes:
    """Return a CAP document in UTF-8."""
    writer, told = Writer(), item.telling
    with writer.inside("alert", xmlns=NAMESPACE), override("es"):
        writer.put("identifier", told.message.identifier)
        writer.put("sender", about.sender)
        writer.put("sent", stamp(told.message.sent))
        writer.put("status", "Exercise" if about.exercise else "Actual")
        writer.put("msgType", told.type)
        writer.put("scope", about.scope)
        if about.scope == words.RESTRICTED:
            writer.put("restriction", words.RESTRICTION)
        if about.exercise:
            writer.put("note", words.EXERCISE)
        writer.put("references", " ".join(reference(message, about) for message in told.references))
        for code, language in words.LANGUAGES.items():
            with override(code):
                _info(writer, item, about, language)
    return writer.done()


def reference(message: Message, about: About) -> str:
    """Return a message as `references` names it."""
    return f"{about.sender},{message.identifier},{stamp(message.sent)}"


def _info(writer: Writer, item: Item, about: About, language: str) -> None:
    said, message = item.said, item.telling.message
    with writer.inside("info"):
        writer.put("language", language)
        for category in rules.KINDS[said.kind].categories:
            writer.put("category", category)
        writer.put("event", phrases.kind(item))
        writer.put("responseType", rules.RESPONSES[said.advice] if said.advice else "")
        writer.put("urgency", rules.urgency(said.urgency, said.state))
        writer.put("severity", rules.severity(said.kind, said.state))
        writer.put("certainty", rules.certainty(said.state, doubt=said.doubt))
        _named(writer, "eventCode", "KIND", said.kind)
        writer.put("effective", stamp(message.sent))
        writer.put("onset", stamp(said.day))
        writer.put("expires", stamp(message.expires))
        writer.put("senderName", about.name)
        writer.put("headline", phrases.title(item)[:LONGEST_HEADLINE])
        writer.put("description", phrases.description(item))
        writer.put("instruction", phrases.advice(item))
        writer.put("web", about.page)
        _named(writer, "parameter", "STATE", said.state)
        with writer.inside("area"):
            writer.put("areaDesc", item.place.label)
            _named(writer, "geocode", "DIVIPOLA", item.place.code)


def _named(writer: Writer, element: str, name: str, value: str) -> None:
    with writer.inside(element):
        writer.put("valueName", name)
        writer.put("value", value)
