"""Who works in the invented network: aliases from the forest and the river, never from people."""

from __future__ import annotations

from dataclasses import dataclass

NORTH = ["27001", "27099", "27425", "27615", "27150", "27800", "27006", "27025", "05873"]
SOUTH = ["27001", "27361", "27450", "27491", "27745", "27205", "27250", "27025"]
ALL = [*NORTH, "27361", "27450", "27491", "27745", "27205", "27250"]

VERIFIERS, WOMEN, RESPONDERS = "Verificación", "Equipo de mujeres", "Respuesta"
CIRCLES = [(VERIFIERS, "VERIFIERS"), (WOMEN, "WOMEN"), (RESPONDERS, "RESPONDERS")]


@dataclass(frozen=True)
class Role:
    """A member to be: alias, roles (the first is what they mostly do), circles, municipalities, collective."""

    alias: str
    roles: tuple[str, ...]
    circles: tuple[str, ...]
    municipalities: list[str]
    collective: str = ""


# The first is the founder; the first of a circle makes it.
MEMBERS = [
    Role("Ceiba", ("STEWARD", "VERIFIER"), (VERIFIERS,), ALL),
    Role("Garza", ("VERIFIER",), (VERIFIERS,), ALL),
    Role("Chonta", ("APPROVER",), (VERIFIERS,), ALL),
    Role("Nutria", ("VERIFIER",), (VERIFIERS,), NORTH, "Hilo y Canalete"),
    Role("Guadua", ("APPROVER",), (VERIFIERS,), ALL),
    Role("Manglar", ("VERIFIER",), (VERIFIERS,), SOUTH),
    Role("Heliconia", ("CARE",), (WOMEN,), ALL),
    Role("Orquídea", ("CARE", "VERIFIER"), (WOMEN,), ALL),
    Role("Marea", ("RESPONDER",), (RESPONDERS,), ALL),
    Role("Remo", ("RESPONDER",), (RESPONDERS,), NORTH, "Aguas de Enmedio"),
    Role("Balso", ("ANALYST",), (), ALL),
    Role("Guayacán", ("STEWARD",), (), ALL),
]
# Invited, with a key, and waiting for somebody to compare words by voice.
WAITING = Role("Tangare", ("VERIFIER",), (VERIFIERS,), SOUTH)
