"""From a mail to a kept promise, as the people in it live it."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from commsvc.domain.case.case import Stage
from commsvc.domain.letter.letter import Audience, State, Wish
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State as Owed
from commsvc.domain.promise.timeline import Entry
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

JON, KENJI = "jon@kestrel.example", "kenji@kestrel.example"
SAM, RAFAEL, HELEN = "sam@kestrel.example", "rafael@kestrel.example", "helen@kestrel.example"
SLOW = "The dashboard is very slow for some users since Friday. We can plan with the printed lists."


def test_a_receipt_comes_within_two_minutes_in_the_customers_thread(world):
    id = world.receives(DOWN, ADA, "ALL STORES down")

    receipt = world.last("acknowledge", ADA)
    assert receipt["Subject"] == "Re: [ESC-1] ALL STORES down"
    assert receipt["In-Reply-To"] == f"<{id}>"
    assert receipt["Auto-Submitted"] == "auto-replied"
    text = world.text("acknowledge", ADA)
    assert "not a single web order reaches our stores" in text
    assert "Mon 23 Nov 2026, 09:17 EST (14:17 UTC)" in text


def test_what_is_owed_is_on_the_record_with_the_rule_behind_it(world):
    world.receives(DOWN, ADA)

    assert "promised: first_human by 2026-11-23 14:17 UTC (15m/24x7)" in world.story()
    assert "promised: next_update by 2026-11-23 14:32 UTC (30m/24x7)" in world.story()
    assert any(e.rule == "H3_production_down_all" and e.evidence for e in world.store.records.timeline(world.case()))


def test_the_first_answer_is_the_owners_and_names_the_next_update(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)

    assert "Next update: Mon 23 Nov 2026, 09:32 EST (14:32 UTC)" in world.text("first_answer", ADA)
    assert "214 stores, click-and-collect" in world.text("first_answer", ADA)
    assert any(line.startswith("promise kept: first_human by ") for line in world.story())
    assert world.last("first_answer", ADA)["Auto-Submitted"] is None


def test_a_fact_of_the_owner_is_in_the_next_letter_under_the_approvers_eyes(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "FACT The gateway refuses all stores since 08:40", "assignment")

    assert "The gateway refuses all stores" in world.text("approval_request", DANA)
    assert world.sent(ADA) == ["acknowledge → " + ADA]


def test_before_the_update_falls_due_a_draft_goes_to_owner_and_account_manager(world):
    world.first_answered()
    world.forward(minutes=20)

    assert "update no progress to Adaeze Okafor" in world.text("approval_request", JON)
    world.answers(JON, "Approve.\n\n-- \nJon Bell", "approval_request")
    world.forward(minutes=3)
    assert world.sent(ADA)[-1] == f"update_no_progress → {ADA}"
    assert any(line.startswith("promise kept: next_update by ") for line in world.story())


def test_all_letters_of_a_case_share_one_thread(world):
    id = world.receives(DOWN, ADA, "ALL STORES down")
    world.first_answered(received=True)
    world.forward(minutes=60)

    mails = world.letters(ADA)
    assert len(mails) >= 3
    assert {str(m["Subject"]) for m in mails} == {"Re: [ESC-1] ALL STORES down"}
    assert all(m["References"].split()[0] == f"<{id}>" for m in mails)
    for earlier, later in pairwise(mails):
        assert earlier["Message-ID"] in later["References"].split()


def test_silence_climbs_the_chain_and_the_holding_statement_goes_in_time(world):
    world.first_answered()
    world.forward(minutes=24)
    assert f"chain_notice → {DANA}" in world.sent()
    world.forward(minutes=6)
    assert world.sent(ADA)[-1] == f"holding_statement → {ADA}"
    assert any(line.startswith("promise kept: next_update by ") for line in world.story())


def test_nobody_answers_at_all_and_the_top_of_the_chain_is_a_person(world):
    world.receives(DOWN, ADA)
    world.forward(minutes=40)

    told = {line for line in world.sent() if line.startswith("chain_notice")}
    assert told >= {f"chain_notice → {p}" for p in (DANA, SAM, RAFAEL, JON, HELEN)}
    assert any(line.startswith("promise late: first_human") for line in world.story())
    assert any(line.startswith("owner changed") for line in world.story())


def test_a_confirmed_sev1_books_a_call_with_everybody(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "SEV 1 seen with a test order", "assignment")

    invited = {line.split(" → ")[1] for line in world.sent() if line.startswith("call_")}
    assert invited == {ADA, DANA, JON, KENJI}
    mail = world.last("call_invitation", ADA)
    part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    assert "METHOD:REQUEST" in part.get_content()


def test_an_unconfirmed_sev1_books_nothing(world):
    world.receives(DOWN, ADA)
    world.forward(minutes=10)
    assert not [line for line in world.sent() if line.startswith("call_")]


def test_the_customer_confirms_and_the_case_is_closed_on_their_word(world):
    world.first_answered()
    world.answers(DANA, "RESOLVE the certificate of the gateway was replaced", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    proposal = world.last("resolution_proposed", ADA)
    world.receives("Confirmed, it works again. Thank you.", ADA, str(proposal["Subject"]), str(proposal["Reply-To"]),
                   answering=str(proposal["Message-ID"]).strip("<>"))  # fmt: skip

    assert "resolved: the customer confirmed" in world.story()
    world.forward(hours=3)
    assert not [line for line in world.sent(ADA)[-3:] if "update" in line]


def test_after_a_proposal_nobody_is_asked_again_at_the_pace_of_updates(world):
    world.first_answered()
    world.answers(DANA, "RESOLVE the gateway was restarted", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    before = world.sent()
    world.forward(hours=4)
    assert not [line for line in world.sent()[len(before) :] if line.startswith(("approval_request", "reminder"))]
    world.forward(hours=24)
    assert len([line for line in world.sent()[len(before) :] if ADA in line]) <= 2


def test_it_is_not_solved_when_the_customer_says_so(world):
    world.first_answered()
    world.answers(DANA, "RESOLVE the gateway was restarted", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    proposal = world.last("resolution_proposed", ADA)
    world.receives("Sorry, it still does not work in Boston.", ADA, str(proposal["Subject"]), str(proposal["Reply-To"]))

    assert "moved: validate to investigate: the customer wrote again" in world.story()
    assert world.last("customer_wrote", DANA)


def test_an_executive_reads_one_briefing_a_day_at_their_own_local_time(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    world.receives(SLOW, ADA)
    world.forward(minutes=25)
    assert world.sent(HELEN) == []
    world.forward(minutes=10)
    assert world.sent(HELEN).count(f"exec_daily → {HELEN}") == 1
    assert world.last("exec_daily", HELEN)["List-Id"] == "<briefing.kestrel.example>"
    world.forward(hours=20)
    assert world.sent(HELEN).count(f"exec_daily → {HELEN}") == 1
    world.forward(hours=4)
    assert world.sent(HELEN).count(f"exec_daily → {HELEN}") == 2


def test_a_briefing_names_no_restricted_case_not_even_one_that_was_closed(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    world.receives(SLOW, ADA)
    world.receives("Other customers can see our personal data, passwords were leaked.", ADA, "Data breach")
    world.forward(minutes=1)
    with world.store.transaction():
        world.store.cases.save(replace(world.store.cases.get(2), stage=Stage.RESOLVED))
        world.store.records.write(Entry(world.case(2), world.now, "resolved", "the leak is closed"))
    world.forward(minutes=40)
    text = world.text("exec_daily", HELEN)
    assert "ESC-1 opened" in text
    assert "ESC-2" not in text
    assert "promises to customers were kept in time" in text


def test_a_question_goes_to_the_queue_with_a_receipt_and_no_alarm(world):
    world.receives("Hello, no rush at all: does the API allow us to filter by closing date?", ADA, "Just a question")
    world.forward(hours=2)
    assert world.sent(ADA) == [f"queue_receipt → {ADA}"]
    assert not [line for line in world.sent() if line.startswith("chain_notice")]


def test_the_same_mail_through_two_mailboxes_is_one_case(world):
    world.receives(DOWN, ADA)
    world.mailbox.put(world.raw[-1], world.now, (SUPPORT,))
    world.tick()
    assert len(world.store.cases.listed()) == 1
    assert world.store.inbox.ledger() == {"recorded": 1, "appended": 1}


def test_a_letter_that_came_back_is_owed_again(world):
    world.receives(DOWN, ADA)
    letter = next(x for x in world.store.letters.of(world.case()) if x.wish.letter == "acknowledge")
    world.bounces(letter)

    assert world.store.letters.get(letter.id).state is State.BOUNCED
    assert any("came back" in line for line in world.story())
    assert "came back undelivered" in world.text("needs_person", DANA)


def test_nobody_comes_for_a_day_and_the_top_is_told_again_with_a_fresh_draft(world):
    world.receives(DOWN, ADA)
    world.forward(hours=9)

    assert sum(line == f"chain_notice → {HELEN}" for line in world.sent()) >= 4
    waiting = [x.wish.letter for x in world.store.letters.drafted()]
    assert waiting == [] or len(waiting) == len(set(waiting))
    world.answers(HELEN, "ACK", "chain_notice")
    assert "first_answer" in {x.wish.letter for x in world.store.letters.drafted()}


def test_an_encrypted_mail_goes_to_a_person_with_the_reason_and_gets_no_answer(world):
    world.receives("-----BEGIN PGP MESSAGE-----\n\nhQEMA5=\n-----END PGP MESSAGE-----\n", ADA, "Orders")

    asked = [letter for letter in world.sent() if letter.startswith("needs_person")]
    assert len(asked) == 1
    reason = world.text("needs_person", asked[0].partition(" → ")[2])
    assert "Its content was not read: the text is encrypted (PGP), nobody here can open it." in reason
    assert world.sent(ADA) == []


def test_a_holding_statement_that_waited_too_long_goes_no_more(world):
    world.first_answered()
    world.forward(minutes=21)
    wish = next(x for x in world.store.promises.of(world.case()) if x.kind is Kind.NEXT_UPDATE and x.state is Owed.OPEN)
    with world.store.transaction():
        world.store.letters.wish(
            Wish("holding_statement", world.case(), Audience.CUSTOMER, ADA, "late", wish.id), world.now
        )
        world.store.promises.settle(wish, Owed.KEPT, world.now)
    world.forward(minutes=2)
    assert f"holding_statement → {ADA}" not in world.sent(ADA)
    assert any("what it announced has come, or is no longer owed" in line for line in world.story())
