"""Which acts mean something for an alert as it stands, beyond its state: asked by acts and by pages that offer them."""

from __future__ import annotations

from collections.abc import Callable

from atarraya.alerts import rules
from atarraya.alerts.models import Alert

_FITS: dict[str, Callable[[Alert], bool]] = {
    "carry_further": lambda alert: alert.reach == "NEAR" and not alert.held,
    "release": lambda alert: alert.held,
    "stands": lambda alert: alert.doubt,
    "raise_urgency": lambda alert: alert.rank > 0,
    "lower_urgency": lambda alert: alert.rank < len(rules.URGENCIES) - 1,
    "hide_summary": lambda alert: bool(alert.summary or alert.public_summary) and not alert.summary_hidden,
    "hide_zone": lambda alert: alert.zone_id is not None and not alert.zone_hidden,
    "make_public": lambda alert: alert.public_at is None,
    "shorten": lambda alert: alert.expires_at is not None,
}


def fits(name: str, alert: Alert) -> bool:
    """Return whether the act would change anything: what is not held is not released, what is hidden stays so."""
    return name not in _FITS or _FITS[name](alert)


def offered(alert: Alert, roles: frozenset[str], *, calming_waits: bool) -> list[str]:
    """Return the acts that somebody with `roles` may begin on this alert now, in the order of `rules.ACTS`."""
    return [
        rule.name
        for rule in rules.ACTS.values()
        if alert.state in rule.start
        and roles & rule.roles
        and fits(rule.name, alert)
        and not (rule.name == "stands" and calming_waits)
    ]
