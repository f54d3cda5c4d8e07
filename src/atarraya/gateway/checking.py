"""What a gateway finds of itself without working: no sign of life is given, no key shown, nothing taken or sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from atarraya.gateway.calling import Away, Refused
from atarraya.gateway.running import Gateway
from atarraya.kernel.errors import DomainError


@dataclass(frozen=True)
class Found:
    """One thing found: its code, what its sentence says, and whether it is as it should be."""

    code: str
    fine: bool
    values: dict[str, object] = field(default_factory=dict)


def look(gateway: Gateway) -> list[Found]:
    """Return what stands and what does not: the platform, the clock, what waits here, and each carrier."""
    found = [_platform(gateway)]
    minutes = round(gateway.clock.off.total_seconds() / 60)
    if gateway.clock.known:
        found.append(Found("clock_wrong" if gateway.clock.is_wrong else "clock_right", not gateway.clock.is_wrong,
                           {"minutes": abs(minutes)}))  # fmt: skip
    found.append(Found("spool", True, {"sms": len(gateway.spool.waiting()), "out": len(gateway.spool.to_send())}))
    if gateway.handing.later.dropped:
        found.append(Found("dropped", False, {"count": gateway.handing.later.dropped}))
    if gateway.demo is False and any(one.kind == "pretend" for one in gateway.carriers):
        found.append(Found("pretend", False))
    for carrier in gateway.carriers:
        missing = carrier.missing()
        code = "carrier_missing" if missing else "carrier_sends" if carrier.sends else "carrier_takes"
        found.append(Found(code, not missing, {"name": carrier.name, "missing": ", ".join(missing)}))
    return found


def _platform(gateway: Gateway) -> Found:
    try:
        gateway.facts.refresh(gateway.platform)
    except Away:
        return Found("away", False)
    except Refused:
        return Found("refused", False)
    except DomainError:
        return Found("keys", False)
    return Found("reached", True)
