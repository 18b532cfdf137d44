"""What a program may order: what its person may, once, through the rows that mails and pages use."""

import pytest

from commsvc.domain.letter.letter import State
from commsvc.ports import Grant
from tests.api.conftest import ADA


@pytest.fixture
def draft(world):
    return next(x for x in world.store.letters.drafted() if x.wish.to == ADA)


def test_an_approval_sends_the_letter(program, world, draft):
    crm = program()
    read = crm.get(f"/letters/{draft.id}").json()
    answer = crm.post(f"/letters/{draft.id}/orders", {"verb": "APPROVE", "digest": read["digest"]})
    assert answer.status_code == 202
    assert "will be sent" in answer.json()["outcome"]
    assert crm.get(f"/orders/{answer.json()['id']}").json() == answer.json()
    world.forward(minutes=3)
    assert f"first_answer → {ADA}" in world.sent()
    assert any(e.rule == "by API" for e in world.store.records.timeline(world.case()))


def test_an_approval_of_other_words_sends_nothing(program, world, draft):
    answer = program().post(f"/letters/{draft.id}/orders", {"verb": "APPROVE", "digest": "0" * 64})
    assert answer.status_code == 202
    world.forward(minutes=3)
    assert f"first_answer → {ADA}" not in world.sent()


def test_somebody_who_was_not_asked_approves_nothing(program, world, draft):
    answer = program(person="noor@kestrel.example").post(
        f"/letters/{draft.id}/orders", {"verb": "APPROVE", "digest": draft.digest}
    )
    assert answer.json()["outcome"]
    world.forward(minutes=3)
    assert world.store.letters.get(draft.id).state is not State.SENT


def test_a_rejected_draft_does_not_go(program, world, draft):
    program().post(f"/letters/{draft.id}/orders", {"verb": "REJECT", "words": "too long", "digest": draft.digest})
    world.forward(minutes=3)
    assert f"first_answer → {ADA}" not in world.sent()


def test_words_about_a_case_are_kept(program, world):
    program().post("/cases/1/orders", {"verb": "NOTE", "words": "Ada rang me"})
    assert any("Ada rang me" in e.evidence for e in world.store.records.timeline(world.case()))


def test_the_same_order_twice_with_one_key_is_carried_out_once(program, world):
    crm, order = program(), {"verb": "NOTE", "words": "once"}
    first, again = crm.post("/cases/1/orders", order), crm.post("/cases/1/orders", order)
    assert first.json()["id"] == again.json()["id"]
    assert sum("NOTE once" in e.evidence for e in world.store.records.timeline(world.case())) == 1
    assert crm.post("/cases/1/orders", order, key="another key").json()["id"] != first.json()["id"]


def test_a_key_that_was_used_for_another_order_is_refused(program, world):
    crm = program()
    crm.post("/cases/1/orders", {"verb": "NOTE", "words": "one"})
    answer = crm.post("/cases/1/orders", {"verb": "NOTE", "words": "two"})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert not any("NOTE two" in e.evidence for e in world.store.records.timeline(world.case()))


def test_a_key_is_the_tokens_own(program, world):
    order = {"verb": "NOTE", "words": "mine"}
    assert (
        program().post("/cases/1/orders", order).json()["id"] != program().post("/cases/1/orders", order).json()["id"]
    )


def test_the_outcome_of_anothers_order_is_not_found(program):
    id = program().post("/cases/1/orders", {"verb": "NOTE", "words": "mine"}).json()["id"]
    assert program().get(f"/orders/{id}").status_code == 404


def test_without_a_key_or_with_a_word_of_no_kind_nothing_is_written(program, world):
    crm = program()
    before = len(world.store.records.timeline(world.case()))
    bare = crm.http.post("/api/v1/cases/1/orders", json={"verb": "NOTE", "words": "x"}, headers=crm.headers)
    assert bare.status_code == 422
    assert crm.post("/cases/1/orders", {"verb": "APPROVE"}).status_code == 422
    half = b'{"verb": "NOTE", "words": "\\ud800"}'
    headers = {**crm.headers, "Idempotency-Key": "a key of mine", "Content-Type": "application/json"}
    assert crm.http.post("/api/v1/cases/1/orders", content=half, headers=headers).status_code == 422
    assert len(world.store.records.timeline(world.case())) == before


def test_a_token_that_only_reads_orders_nothing(program):
    assert (
        program(Grant.CASES, Grant.LETTERS).post("/cases/1/orders", {"verb": "NOTE", "words": "x"}).status_code == 403
    )


def test_a_form_of_another_site_is_refused_as_a_problem(program):
    crm = program()
    answer = crm.http.post("/api/v1/cases/1/orders", json={}, headers={**crm.headers, "Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
