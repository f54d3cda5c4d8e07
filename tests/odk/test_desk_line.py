"""The desk says how many ODK reports nobody has opened, and since what day; and nothing else of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from atarraya.channels.odk.models import OdkSubmission
from atarraya.channels.odk.services import erasing
from atarraya.kernel import clock
from support.cast import Cast, Person
from support.odkphone import OdkPhone

pytestmark = pytest.mark.django_db


def told(client: Client, person: Person) -> object:
    client.force_login(person.member, "allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/equipo/pulso.json").json()["odk"]


def test_members_of_the_inbox_are_told_how_many_wait_and_since_when(cast: Cast, client: Client) -> None:
    assert told(client, cast.verifier) is None
    phone = OdkPhone.given(cast.inbox, cast.steward)
    for _time in range(2):
        _instance, manifest, files = phone.encrypted()
        phone.post(manifest, files)
    before = clock.today() - timedelta(days=3)
    OdkSubmission.objects.filter(pk=OdkSubmission.objects.values_list("pk", flat=True)[0]).update(day=before)
    assert told(client, cast.verifier) == {"count": 2, "day": before.isoformat()}
    erasing.erase(OdkSubmission.objects.values_list("pk", flat=True))
    assert told(client, cast.verifier) is None


def test_who_serves_no_inbox_is_told_nothing(cast: Cast, client: Client) -> None:
    phone = OdkPhone.given(cast.inbox, cast.steward)
    _instance, manifest, files = phone.encrypted()
    assert phone.post(manifest, files).status_code == 201
    assert told(client, cast.infiltrator) is None
