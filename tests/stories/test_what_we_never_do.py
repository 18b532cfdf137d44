"""Send A's words to B, send what nobody approved, send twice, answer a machine, believe a From line, lose a mail."""

from commsvc.domain.letter.letter import State
from commsvc.domain.letter.switches import Scope, Switch
from tests.stories.world import ADA, DANA, DOWN, World

JON = "jon@kestrel.example"
MATTHIAS = "m.brandt@hartmann-pt.example"
PASS = {"Authentication-Results": "mx.kestrel.example; dmarc=pass header.from=nimbusretail.example"}
FAIL = {"Authentication-Results": "mx.kestrel.example; dmarc=fail header.from=nimbusretail.example"}


def test_another_accounts_name_holds_the_letter(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "FACT Hartmann Präzisionstechnik GmbH has the same problem", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=5)

    assert f"first_answer → {ADA}" not in world.sent()
    assert "it names another account" in " ".join(world.story()) or "foreign" in " ".join(world.story())


def test_an_unapproved_letter_never_goes(world):
    world.receives(DOWN, ADA)
    world.forward(hours=2)
    assert {line.split(" → ")[0] for line in world.sent(ADA)} <= {"acknowledge", "holding_statement"}


def test_an_approval_in_a_forged_from_line_is_none(world):
    world.receives(DOWN, ADA)
    request = world.last("approval_request", DANA)
    world.receives("APPROVE", DANA, str(request["Subject"]), str(request["Reply-To"]))
    world.forward(minutes=5)

    assert f"first_answer → {ADA}" not in world.sent()
    assert "could not be verified" in world.text("outcome", DANA)


def test_an_approval_by_somebody_else_is_none(world):
    world.receives(DOWN, ADA)
    request = world.last("approval_request", DANA)
    world.receives("APPROVE", JON, str(request["Subject"]), str(request["Reply-To"]), submitted_by=JON)
    world.forward(minutes=5)
    assert f"first_answer → {ADA}" not in world.sent()


def test_a_quoted_approve_is_none(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "> APPROVE\n\nLet me think about it.", "approval_request")
    world.forward(minutes=5)
    assert f"first_answer → {ADA}" not in world.sent()


def test_an_out_of_office_approves_nothing(world):
    world.receives(DOWN, ADA)
    request = world.last("approval_request", DANA)
    world.receives("APPROVE", DANA, "Automatic reply", str(request["Reply-To"]), submitted_by=DANA,
                   headers={"Auto-Submitted": "auto-replied"})  # fmt: skip
    world.forward(minutes=5)
    assert f"first_answer → {ADA}" not in world.sent()


def test_an_approval_of_what_has_changed_since_is_void_and_asked_again(world):
    world.receives(DOWN, ADA)
    old = world.last("approval_request", DANA)
    world.answers(DANA, "FACT The cause is known", "assignment")
    world.receives("APPROVE", DANA, str(old["Subject"]), str(old["Reply-To"]), submitted_by=DANA)
    world.forward(minutes=5)
    assert f"first_answer → {ADA}" not in world.sent()
    assert "The cause is known" in world.text("approval_request", DANA)


def test_the_same_approval_twice_is_one_letter(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=5)
    assert world.sent(ADA).count(f"first_answer → {ADA}") == 1


def test_a_rejected_letter_does_not_go_even_in_its_undo_time(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.answers(DANA, "REJECT wrong store count", "approval_request")
    world.forward(minutes=5)
    assert f"first_answer → {ADA}" not in world.sent()


def test_an_edited_letter_is_shown_again_before_it_goes(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "EDIT Dear Ada,\n\nwe are on it, I call you at 10.\n\nDana", "approval_request")
    world.forward(minutes=1)
    assert "I call you at 10" in world.text("approval_request", DANA)
    assert f"first_answer → {ADA}" not in world.sent()
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert "I call you at 10" in world.text("first_answer", ADA)


def test_a_machine_gets_no_answer(world):
    world.receives(
        "I am out of office until Friday.", ADA, "Automatic reply: hello", headers={"Auto-Submitted": "auto-replied"}
    )
    world.forward(hours=1)
    assert world.sent(ADA) == []
    assert world.store.cases.listed() == []


def test_a_stranger_gets_a_case_and_no_answer(world):
    world.receives("Everything is down, all users are affected, nobody can work.", "eve@nowhere.example")
    world.forward(hours=1)
    assert world.sent("eve@nowhere.example") == []
    assert world.store.cases.get(1).account_id == ""
    assert [line for line in world.sent() if line.startswith("needs_person")]


def test_a_known_sender_who_fails_authentication_gets_no_answer_no_booking_no_page(tmp_path):
    world = World(tmp_path, authserv_id="mx.kestrel.example")
    world.receives(DOWN, ADA, headers=FAIL)
    world.forward(minutes=5)
    assert world.sent(ADA) == []
    assert "promised: owner_ack" not in " ".join(world.story())
    world.answers(DANA, "SEV 1 confirmed", "assignment")
    assert not [line for line in world.sent() if line.startswith("call_")]


def test_an_authenticated_sender_is_answered(tmp_path):
    world = World(tmp_path, authserv_id="mx.kestrel.example")
    world.receives(DOWN, ADA, headers=PASS)
    assert world.sent(ADA) == [f"acknowledge → {ADA}"]


def test_a_number_in_the_subject_joins_nothing(world):
    world.receives(DOWN, ADA)
    world.receives("All our lines are stopped as well, nobody can work.", MATTHIAS, "Re: [ESC-1] Orders")
    assert len(world.store.cases.listed()) == 2


def test_another_customer_with_a_leaked_token_joins_nothing_and_a_person_is_asked(world):
    world.receives(DOWN, ADA)
    leaked = str(world.last("acknowledge", ADA)["Reply-To"])
    world.receives("Please add me to this case.", MATTHIAS, "Re: [ESC-1]", leaked)
    assert len(world.store.cases.listed()) == 2
    assert "It points to ESC-1" in world.text("needs_person", world.store.cases.get(2).owner)


def test_anger_stops_the_automatic_answer_and_a_person_is_told(world):
    world.receives("This is unacceptable. We will not renew. Our general counsel is copied.", ADA, "Enough")
    world.forward(minutes=30)
    assert world.sent(ADA) == []
    assert world.last("assignment", world.store.cases.get(1).owner)


def test_a_new_installation_watches_and_nothing_leaves_but_its_report(tmp_path):
    world = World(tmp_path, live=False)
    world.receives(DOWN, ADA)
    world.forward(hours=1)
    assert set(world.sent()) == {"watch_report → operator@kestrel.example"}
    watched = {x.wish.letter for x in world.store.letters.of(world.case()) if x.state is State.WATCHED}
    assert {"acknowledge", "assignment"} <= watched
    world.forward(hours=24)
    report = world.text("watch_report", "operator@kestrel.example")
    assert "acknowledge to ada@nimbusretail.example" in report


def test_stop_holds_everything_at_once_and_resume_lets_go(world):
    with world.store.transaction():
        world.store.records.turn(
            Switch(Scope.ACCOUNT, "ACC-1008", live=False, by="sam", reason="wrong numbers"), world.now
        )
    world.receives(DOWN, ADA)
    world.forward(minutes=5)
    assert world.sent(ADA) == []
    assert any("wrong numbers" in x.why for x in world.store.letters.of(world.case()))


def test_mail_older_than_the_first_connection_is_history(world):
    from datetime import timedelta

    world.now -= timedelta(days=1)
    world.receives(DOWN, ADA)
    assert world.store.cases.listed() == []
    assert world.store.inbox.ledger() == {"ignored": 1}


def test_a_mail_that_cannot_be_handled_is_set_aside_and_holds_up_nobody(world):
    world.mailbox.put(b"From: x@y.example\n" + b"X-Long: a\n" * 1000 + b"\nbody", world.now)
    world.receives(DOWN, ADA)
    assert world.sent(ADA) == [f"acknowledge → {ADA}"]
    world.forward(minutes=5)
    assert [reason for _, reason, _ in world.store.inbox.quarantined()] == ["the message has too many header lines"]


def test_the_severity_is_lowered_only_by_a_manager_with_a_reason(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "SEV 3 it is not so bad", "assignment")
    assert "lowering the severity needs a support manager" in world.text("outcome", DANA)
    assert world.store.cases.get(1).severity.value == "SEV1"


def test_a_receipt_that_was_stopped_is_not_silent(world):
    with world.store.transaction():
        world.store.records.turn(Switch(Scope.LETTER, "acknowledge", live=False, by="sam", reason="a test"), world.now)
    world.receives(DOWN, ADA)
    world.forward(minutes=3)
    assert any(line.startswith("chain: receipt 100%") for line in world.story())
    assert "was stopped" in world.text("needs_person", DANA)
