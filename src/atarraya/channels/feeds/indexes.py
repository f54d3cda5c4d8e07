"""The same entries as an Atom and as an RSS index; each leads to its CAP document."""

from __future__ import annotations

from django.utils.translation import override

from atarraya.channels.feeds import cap, phrases
from atarraya.channels.feeds.about import About
from atarraya.channels.feeds.queries.items import Item, Listing
from atarraya.channels.feeds.writing import Writer, rfc822, stamp

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
RSS_TYPE = "application/rss+xml; charset=utf-8"


def atom(listing: Listing, about: About, here: str, following: str) -> bytes:
    """Return an Atom feed in Spanish. `here` is its own address, `following` the next page's; either may be empty."""
    writer = Writer()
    with override("es"), writer.inside("feed", xmlns=ATOM, xml_lang="es-CO"):
        writer.put("id", about.identity)
        writer.put("title", about.title())
        writer.put("subtitle", about.subtitle())
        writer.put("updated", _updated(listing, about))
        _links(writer, about, here, following)
        with writer.inside("author"):
            writer.put("name", about.name)
        for item in listing.items:
            with writer.inside("entry"):
                _entry(writer, item, about)
    return writer.done()


def _links(writer: Writer, about: About, here: str, following: str) -> None:
    for rel, address in (("self", here), ("next", following), ("alternate", about.page)):
        if address:
            writer.put("link", rel=rel, href=address)


def _entry(writer: Writer, item: Item, about: About) -> None:
    message = item.telling.message
    writer.put("id", f"urn:uuid:{item.telling.entry[:36]}")
    writer.put("title", phrases.title(item))
    writer.put("updated", stamp(message.sent))
    writer.put("link", rel="alternate", type=cap.TYPE, href=about.cap(message.identifier))
    if about.page:  # for people, the municipality's page
        writer.put("link", rel="alternate", type="text/html", href=f"{about.page}{item.place.code}/")
    writer.put("category", term=item.said.kind, label=phrases.kind(item))
    writer.put("summary", _told(item), type="text")


def rss(listing: Listing, about: About, here: str, following: str) -> bytes:
    """Return an RSS 2.0 feed in Spanish: the same entries; a message that replaces another has a guid of its own."""
    writer = Writer()
    with override("es"), writer.inside("rss", version="2.0", xmlns_atom=ATOM), writer.inside("channel"):
        writer.put("title", about.title())
        writer.put("link", about.page)
        writer.put("description", about.subtitle())
        writer.put("language", "es-co")
        for rel, address in (("self", here), ("next", following)):
            if address:
                writer.put("atom:link", rel=rel, href=address, type="application/rss+xml")
        for item in listing.items:
            message = item.telling.message
            with writer.inside("item"):
                writer.put("title", phrases.title(item))
                writer.put("link", about.cap(message.identifier))
                writer.put("guid", message.identifier, isPermaLink="false")
                writer.put("pubDate", rfc822(message.sent))
                writer.put("category", phrases.kind(item))
                writer.put("description", _told(item))
    return writer.done()


def _told(item: Item) -> str:
    return f"{phrases.description(item)} {phrases.advice(item)}".strip()


def _updated(listing: Listing, about: About) -> str:
    return stamp(max((item.telling.message.sent for item in listing.items), default=about.since))
