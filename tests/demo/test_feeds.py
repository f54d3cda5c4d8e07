"""The demonstration has feeds that say something, and say that nothing of it happened."""

from __future__ import annotations

from demo.conftest import Built


def test_its_feeds_say_what_is_public_there_as_an_exercise(built: Built) -> None:
    found = built.inside("feeds")
    assert found["public"] == found["rows"] > 0 and found["entries"] == min(found["public"], 100)
    for message in found["messages"]:
        assert "<status>Exercise</status>" in message and "Esto es una demostración" in message
