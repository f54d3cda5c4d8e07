"""Reading small XML that a stranger wrote: no document types, so no entities; no file or address is ever fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat  # nosec B407: refuses document types, where entities would come from

MOST_BYTES = 512 * 1024
MOST_DEEP = 32
MOST_NODES = 5000


class NotXml(ValueError):
    """What is not well-formed, declares a document type, or is larger or deeper than a form is."""


@dataclass
class Node:
    """An element. `name` is without its namespace; `text` is what stands directly inside it."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[Node]:
        """Return the children called `name`."""
        return [child for child in self.children if child.name == name]

    def one(self, *path: str) -> Node | None:
        """Return the one descendant at a path of names; None where there is none, or more than one."""
        found: Node | None = self
        for name in path:
            named = found.all(name) if found else []
            found = named[0] if len(named) == 1 else None
        return found

    def said(self, *path: str) -> str:
        """Return the trimmed text at a path, or ""."""
        found = self.one(*path)
        return found.text.strip() if found else ""


def read(document: bytes) -> Node:
    """Return the root element; raise NotXml."""
    if len(document) > MOST_BYTES:
        raise NotXml()
    tree = _Tree()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.say
    parser.StartDoctypeDeclHandler = tree.refuse
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError):  # a ValueError: an encoding of several bytes was declared
        raise NotXml() from None
    if tree.root is None:
        raise NotXml()
    return tree.root


class _Tree:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_NODES or len(self.open) >= MOST_DEEP:
            raise NotXml()
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()})
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _name: str) -> None:
        self.open.pop()

    def say(self, text: str) -> None:
        self.open[-1].text += text

    def refuse(self, *_declared: object) -> None:
        raise NotXml()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
