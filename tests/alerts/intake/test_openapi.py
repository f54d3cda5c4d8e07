"""The OpenAPI document says what the interface does: examples made from it meet no failure and no surprise."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks

from atarraya.alerts.views.api.document import every
from support.cast import Cast
from support.phone import report

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "12"))


# A receipt's words ask and erase from any phone; a link or a card's code opens one.
OPEN_TO_ALL = {
    *("/api/openapi.json", "/api/point/redeem", "/api/point/code"),
    *("/api/point/receipt", "/api/point/erase", "/health"),
}


@pytest.fixture
def document(client: Client) -> Any:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def test_it_is_openapi_31_and_lists_every_operation(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert listed == {(operation.method, operation.path) for operation in every()} | {("GET", "/health")}


def test_every_operation_names_its_refusals_and_its_key(document: Any) -> None:
    for path, item in document["paths"].items():
        for method, said in item.items():
            assert said["operationId"] and said["summary"]
            open_to_all = path in OPEN_TO_ALL
            assert said["security"] == ([] if open_to_all else [{"Point": []}])
            for status, answer in said["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
            if method in {"post", "put"} and "requestBody" in said:
                assert {"400", "413", "415"} <= set(said["responses"])


@pytest.mark.slow
def test_no_example_breaks_it(document: Any, cast: Cast) -> None:
    from atarraya.wsgi import application

    load_all_checks()
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @schemathesis_settings()
        @_given(operation)
        def meets(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.headers = {**(case.headers or {}), "Authorization": f"Point {cast.leader.device}"}
            case.validate_response(answer := case.call(), excluded_checks=excluded(answer.status_code))

        meets()
    assert tried >= EXAMPLES * len(every()) / 2
    body = report(cast).body
    sent = Client().post("/api/point/reports", body, "application/json", headers=cast.leader.header)
    assert sent.status_code == 201


def schemathesis_settings() -> Any:
    return settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _given(operation: Any) -> Any:
    from hypothesis import given

    positive = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    negative = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    return given(case=positive | negative)


def excluded(status: int) -> list[Any]:
    """Return what this test may not ask: it puts in the token itself, and a seal cannot be guessed from a schema."""
    from schemathesis.specs.openapi import checks

    never = {422: [checks.positive_data_acceptance], 413: [checks.negative_data_rejection]}
    # 413 is a refusal too; the tool knows it only as "neither taken nor refused".
    return [checks.ignored_auth, *never.get(status, [])]
