"""Whatever a program sends, nothing breaks: requests made up from the API's own description, right and wrong."""

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

RUNS = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
)


def test_no_request_breaks_the_service(program):
    crm, called = program(), []
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", crm.http.app)
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:

            @RUNS
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case):
                case.call_and_validate(headers=crm.headers, checks=[not_a_server_error])

            send()
        called.append(operation.label)
    assert {"GET /cases/{id}", "POST /letters/{id}/orders", "GET /figures"} <= {
        c.replace("/api/v1", "") for c in called
    }
    assert len(called) == 14


def test_every_call_but_the_document_asks_for_a_token(program):
    document = program().http.get("/api/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            assert operation["security"], (verb, path)
            assert {"401", "403", "404", "422"} <= set(operation["responses"])
