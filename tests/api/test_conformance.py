"""Requests made up from the OpenAPI document: answers are as it says, and never 500."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.test_every_call import CALLS

pytestmark = pytest.mark.databases("sqlite")

# Of each call and kind, the same each time.
EXAMPLES = 3
EXAMPLES_AT_NIGHT = 20
CHECKS = [
    negative_data_rejection,
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]


def test_answers_are_as_the_document_says(app, world, activity, reward):
    try_out_all(app, world, examples=EXAMPLES, derandomize=True)


@pytest.mark.nightly
def test_other_answers_are_so_too(app, world, activity, reward):
    try_out_all(app, world, examples=EXAMPLES_AT_NIGHT, derandomize=False)


def try_out_all(app, world, **how):
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in document.get_all_operations()]

    for operation in operations:
        for mode in MODES:
            _try_out(operation, mode, world, **how)

    assert len(operations) == len(CALLS)


def _try_out(operation, mode, world, *, examples, derandomize):
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=derandomize,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case):
        for token in (world.admin, world.person):
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    check()
