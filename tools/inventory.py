"""Write docs/data-inventory.md: every stored field, what it is stored as, and who can read it, from the models."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from machine import ROOT

TARGET = ROOT / "docs" / "data-inventory.md"
HEAD = """# Inventario de datos · Data inventory

Cada campo guardado y quién puede leerlo. Lo escribe `make inventory` a partir de los modelos; no lo edite.
*Every stored field and who can read it. Written by `make inventory` from the models; do not edit.*

| clase · class | quién lo lee · who can read it |
|---|---|
| sealed | integrantes del círculo, en su propio aparato; nunca el servidor · members of the circle, on their own device; never the server |
| routing | el servidor, para hacer su trabajo; nunca fuera de quienes atienden el buzón · the server, to do its work; never outside the inbox's members |
| shared | integrantes y puntos de la red, por municipio · members and points of the network, by municipality |
| public | cualquiera · anyone |
| administration | el servidor y quienes administran · the server and stewards |

Quien se lleve el disco lee las cuatro últimas y ningún relato. · *Whoever takes the disk reads the last four, and no account.*
"""
STORED_AS = {
    "BinaryField": "bytes",
    "BooleanField": "yes/no",
    "CharField": "text",
    "TextField": "text",
    "DateField": "day",
    "DateTimeField": "moment",
    "FloatField": "number",
    "JSONField": "list or object",
    "UUIDField": "random id",
}


def document() -> str:
    """Return the whole document. Django must be set up."""
    return HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    from django.apps import apps

    from atarraya.web import revealing

    kinds = {(label, column): kind for label, column, kind in revealing.columns()}
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label):
        if not model.__module__.startswith("atarraya."):
            continue
        yield f"\n## {model._meta.label}\n\n{_first_sentence(model.__doc__)}\n\n| field | stored as | class |\n|---|---|---|\n"
        for field in model._meta.local_concrete_fields:
            kind = kinds[model._meta.label, field.name]
            yield f"| {field.name} | {_stored_as(field)} | {kind} |\n"
    yield "\n## Otros paquetes · Other packages\n\nTodas sus tablas son `administration`. · *All their tables are `administration`.*\n\n"
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label):
        if not model.__module__.startswith("atarraya."):
            columns = ", ".join(field.name for field in model._meta.local_concrete_fields)
            yield f"- {model._meta.label}: {columns}\n"


def _first_sentence(doc: str | None) -> str:
    first = " ".join((doc or "").strip().split("\n\n")[0].split())
    return "" if "(" in first and first.endswith(")") and ", " in first and ". " not in first else first


def _stored_as(field: object) -> str:
    remote = getattr(field, "remote_field", None)
    if remote is not None and remote.model:
        return f"id of {remote.model._meta.label}"
    kind = type(field).__name__
    return STORED_AS.get(kind, "number" if "Integer" in kind or "Auto" in kind else kind)


def main() -> None:
    """Write the file."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.test")
    sys.path.insert(0, str(ROOT / "src"))
    django.setup()
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
