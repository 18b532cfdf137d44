"""What a program may read, and what does not exist for it."""

from datetime import timedelta

import pytest

from commsvc.ports import Grant
from tests.api.conftest import ADA, MARKUS

OF_CASE = ("", "/timeline", "/promises", "/facts", "/letters")


def test_everything_about_a_case_can_be_read(program, world):
    crm = program()
    case = crm.get("/cases/1").json()
    assert (case["ref"], case["contact"], case["severity"]) == ("ESC-1", ADA, "SEV1")
    assert case["opened_at"] == "2026-11-23T14:02:00Z"
    assert [e["what"] for e in crm.get("/cases/1/timeline").json()["items"]] == [
        e.what for e in world.store.records.timeline(world.case())
    ]
    assert {p["kind"] for p in crm.get("/cases/1/promises").json()} >= {"receipt", "first_human"}
    letters = crm.get("/cases/1/letters").json()
    assert {x["to"] for x in letters} == {ADA}
    assert crm.get(f"/letters/{letters[0]['id']}").json() == letters[0]
    assert crm.get("/cases/1/facts").status_code == 200


def test_accounts_and_their_people_can_be_read(program):
    crm = program()
    ids = [a["id"] for a in crm.get("/accounts").json()["items"]]
    assert ids == sorted(ids)
    assert crm.get("/accounts/ACC-1008").json()["name"] == "Nimbus Retail Group"
    assert ADA in {c["address"] for c in crm.get("/accounts/ACC-1008/contacts").json()}


def test_long_lists_come_in_pages_that_miss_nothing(program, world):
    crm, seen, cursor = program(), [], ""
    while cursor is not None:
        page = crm.get("/cases", params={"limit": 1, "cursor": cursor}).json()
        seen += [c["id"] for c in page["items"]]
        cursor = page["next"]
    assert seen == [2, 1]
    whole, parts, cursor = crm.get("/cases/1/timeline").json()["items"], [], ""
    while cursor is not None:
        page = crm.get("/cases/1/timeline", params={"limit": 2, "cursor": cursor}).json()
        parts, cursor = parts + page["items"], page["next"]
    assert parts == whole


def test_cases_can_be_looked_for(program):
    crm = program()
    for params, expected in (
        ({"severity": "SEV1"}, [1]),
        ({"q": "datenexport"}, [2]),
        ({"account": "ACC-1008"}, [1]),
        ({"stage": "resolved"}, []),
    ):
        assert [c["id"] for c in crm.get("/cases", params=params).json()["items"]] == expected


def test_figures_are_those_of_the_pages(program):
    figures = {f["name"]: f for f in program().get("/figures").json()}
    assert (figures["untouched"]["n"], figures["receipt"]["n"], figures["promises"]["rate"]) == (2, 2, None)
    only = program(accounts=frozenset({"ACC-1008"})).get("/figures").json()
    assert next(f["n"] for f in only if f["name"] == "untouched") == 1


@pytest.mark.parametrize("path", ["/cases", "/cases/1", "/accounts", "/figures", "/letters/1", "/orders/1"])
def test_nothing_is_read_without_a_token_that_holds(program, world, path):
    for headers in ({}, {"Authorization": "Bearer commsvc_guessed"}, {"Authorization": "Basic YTpi"}):
        answer = program().http.get(f"/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
    old = program(name="old")
    world.store.tokens.revoke("old", world.now)
    assert old.get(path).status_code == 401
    late = program()
    world.now += timedelta(days=31)
    assert late.get(path).status_code == 401


def test_a_token_ends_with_the_person_it_acts_as(program, world):
    assert program(person="gone@kestrel.example").get("/cases").status_code == 401


@pytest.mark.parametrize(("scope", "path"), [
    (Grant.ACCOUNTS, "/accounts"), (Grant.CASES, "/cases"), (Grant.CASES, "/cases/1/facts"), (Grant.LETTERS, "/cases/1/letters"),
    (Grant.FIGURES, "/figures"), (Grant.ORDERS, "/orders/1"),
])  # fmt: skip
def test_a_scope_opens_its_own_door_and_no_other(program, scope, path):
    assert program(scope).get(path).status_code in (200, 404)
    refused = program(*(set(Grant) - {scope})).get(path)
    assert refused.status_code == 403
    assert scope.value in refused.headers["www-authenticate"]


@pytest.mark.parametrize("part", OF_CASE)
def test_another_accounts_case_is_not_found(program, part):
    """The very answer that a case which never was gets."""
    crm = program(accounts=frozenset({"ACC-1008"}))
    theirs, nowhere = crm.get(f"/cases/2{part}"), crm.get(f"/cases/999{part}")
    assert (theirs.status_code, theirs.content) == (404, nowhere.content)
    assert crm.get(f"/cases/1{part}").status_code == 200


def test_nothing_of_another_account_is_found_by_any_way(program, world):
    crm = program(accounts=frozenset({"ACC-1008"}))
    assert [c["id"] for c in crm.get("/cases").json()["items"]] == [1]
    assert crm.get("/cases", params={"account": "ACC-1002"}).json()["items"] == []
    assert [a["id"] for a in crm.get("/accounts").json()["items"]] == ["ACC-1008"]
    assert crm.get("/accounts/ACC-1002").status_code == crm.get("/accounts/ACC-1002/contacts").status_code == 404
    theirs = next(x.id for x in world.store.letters.of(world.case(2)) if x.wish.to == MARKUS and x.words)
    assert crm.get(f"/letters/{theirs}").status_code == 404
    assert crm.post("/cases/2/orders", {"verb": "NOTE", "words": "mine"}).status_code == 404
    assert crm.post(f"/letters/{theirs}/orders", {"verb": "APPROVE"}).status_code == 404


@pytest.mark.parametrize("part", OF_CASE)
def test_a_restricted_case_is_for_those_who_may_read_it(program, world, part):
    world.store.db.execute_sql(
        "UPDATE escalation SET restricted = 1, owner = 'x@kestrel.example', backup = '' WHERE id = 1"
    )
    assert program().get(f"/cases/1{part}").status_code == 404
    assert 1 not in [c["id"] for c in program().get("/cases").json()["items"]]


def test_what_we_write_to_each_other_is_no_letter_here(program, world):
    inner = next(x.id for x in world.store.letters.of(world.case()) if x.wish.letter == "approval_request")
    assert program().get(f"/letters/{inner}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/cases?cursor=%00",
        "/cases?cursor=ðŸ",
        "/cases?limit=0",
        "/cases?limit=1000",
        "/cases?severity=SEV9",
        "/cases/0",
        "/figures?weeks=0",
        "/accounts?cursor=_w",
    ],
)
def test_what_cannot_be_read_is_a_problem_that_says_where(program, path):
    answer = program().get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 422
