"""The notices room's place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Writes down what must be told as it is announced; ends what belongs to who is stopped."""

    name = "atarraya.notices"

    def ready(self) -> None:
        from atarraya.alerts.services.events import when_emitted
        from atarraya.network.services.ending import when_stopped
        from atarraya.network.services.points import when_link_changed
        from atarraya.notices.services import ending, outbox

        when_emitted(outbox.write_down)
        when_stopped(ending.of_member)
        when_link_changed(ending.of_earlier_phones)
