"""Writes XML: one element after another, never a character that XML does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from io import StringIO
from xml.sax.xmlreader import AttributesImpl  # nosec B406 # it writes; nothing is parsed here

from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator

# What XML 1.0 cannot carry in any form.
_NEVER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: object) -> str:
    """Return a text without what XML cannot carry."""
    return _NEVER.sub("", str(text))


class Writer:
    """A document that grows element by element."""

    def __init__(self) -> None:
        self._text = StringIO()
        self._xml = SimplerXMLGenerator(self._text, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def inside(self, name: str, **attributes: str) -> Iterator[None]:
        """Write what the block writes inside an element. `xml_lang` stands for `xml:lang`."""
        self._xml.startElement(name, AttributesImpl(_attributes(attributes)))
        yield
        self._xml.endElement(name)

    def put(self, name: str, text: object = "", **attributes: str) -> None:
        """Write an element with a text; nothing at all when it would be empty."""
        if text == "" and not attributes:
            return
        self._xml.addQuickElement(name, clean(text), _attributes(attributes))

    def done(self) -> bytes:
        """Return the document in UTF-8."""
        self._xml.endDocument()
        return self._text.getvalue().encode()


def _attributes(given: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", ":"): clean(value) for name, value in given.items()}


def stamp(day: date) -> str:
    """Return the beginning of a day as CAP writes times: with the network's offset, never Z, no fractions."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    text = begins.isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def rfc822(day: date) -> str:
    """Return the beginning of a day as RSS writes times."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    week = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[begins.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{week}, {begins:%d} {months[begins.month - 1]} {begins:%Y %H:%M:%S %z}"
