"""A letter that says otherwise than before is held, with both sentences; one that owns up to it is not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commsvc.domain.letter.contradiction import contradiction, unconfirmed
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.similar import similarity
from commsvc.domain.promise.promise import Subject
from tests.domain.letter.test_tone import WORDING

DANA = "dana@kestrel.example"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fact(statement: str, told_in: int | None = None) -> Fact:
    return Fact(1, Subject("case", 1), statement, Disclosure.CUSTOMER, DANA, NOON, DANA, NOON, told_in)


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        ("cause: a full disk on the queue server", "cause: an expired certificate", "another cause"),
        ("The cause was a full disk.", "The outage was caused by an expired certificate.", "another cause"),
        ("Die Ursache war eine volle Platte.", "Die Ursache ist ein abgelaufenes Zertifikat.", "another cause"),
        ("La cause est un disque plein.", "La cause est un certificat périmé.", "another cause"),
        ("La causa fue un disco lleno.", "La causa es un certificado caducado.", "another cause"),
        ("原因はディスクの容量不足です。", "原因は証明書の期限切れです。", "another cause"),
        ("estimate: 16:00 - 18:00", "estimate: 20:00 - 22:00", "a moved estimate"),
        ("scope: 214 stores", "scope: 40 stores", "a smaller scope"),
        ("214 of 214 stores are affected", "40 of 214 stores are affected", "a smaller scope"),
        ("Order sync works again", "Order sync is down again", "a status that goes back"),
        ("Der Export funktioniert wieder", "Der Export ist erneut ausgefallen", "a status that goes back"),
    ],
)
def test_both_sentences_are_shown(before, now, what):
    found = contradiction("", [fact(now)], [fact(before, told_in=7)], WORDING)
    assert found is not None
    assert found.what == what
    assert found.now.strip(". ") in now.strip(".")
    assert found.before in before


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("cause: a full disk", "cause: no longer the disk, but an expired certificate"),
        ("cause: a full disk on the queue server", "cause: the disk of the queue server was full"),
        ("estimate: 16:00 - 18:00", "estimate: 20:00 - 22:00, moved because the restore is slower"),
        ("scope: 214 stores", "scope: 40 stores, since 174 work again"),
        ("scope: 40 stores", "scope: 214 stores"),
        ("Order sync works again", "Order sync works again everywhere"),
        ("Order sync works again", "We ruled out the network"),
        ("The cause was a full disk.", "Der Grund ist geändert, weil wir das Zertifikat sahen."),
    ],
)
def test_news_and_owning_up_are_no_contradiction(before, now):
    assert contradiction("", [fact(now)], [fact(before, told_in=7)], WORDING) is None


def test_a_sentence_that_somebody_wrote_by_hand_counts_too():
    text = "Investigating\n\nDear Ada,\n\nIt was caused by an expired certificate.\n"
    assert contradiction(text, [], [fact("cause: a full disk", told_in=7)], WORDING)


def test_what_the_customer_said_is_not_ours():
    text = "You wrote: “it was caused by an expired certificate”.\n"
    assert contradiction(text, [], [fact("cause: a full disk", told_in=7)], WORDING) is None


@pytest.mark.parametrize(
    "text",
    ["It will be fixed by 18:00.", "Es wird bis 18:00 behoben.", "Ce sera corrigé avant 18:00.",
     "Estará resuelto antes de las 18:00.", "18:00までに復旧いたします。"],
)  # fmt: skip
def test_a_time_of_repair_needs_the_owners_range_behind_it(text):
    assert unconfirmed(text, [], WORDING)
    assert unconfirmed(text, [fact("estimate: 16:00 - 18:00")], WORDING) == ""


def test_the_time_of_the_next_letter_is_no_estimate():
    assert unconfirmed("- Full update by 18:00.\nI write to you at 17:00.", [], WORDING) == ""


LETTER = """Investigating | SEV1 | Next update: Mon 23 Nov 2026, 15:30 CET (14:30 UTC)

Dear Ms Okafor,

Since our last message
- {fact}

What happens next
- Next update: Mon 23 Nov 2026, {time} CET.

What we need from you
- Nothing right now. If you see something different from the above, please tell me here.

Dana Whitfield
Escalation owner, Kestrel
"""


def test_another_time_alone_is_no_news():
    one = LETTER.format(fact="The queue server takes orders again.", time="15:30")
    assert similarity(one, one.replace("15:30", "16:00")) == 1
    assert similarity(one, one.replace("Ms Okafor", "Mr Brandt").replace("Dana", "Katrin")) == 1


def test_a_new_fact_is_news():
    one = LETTER.format(fact="The queue server takes orders again.", time="15:30")
    other = LETTER.format(fact="We ruled out the network between stores and warehouse.", time="16:00")
    assert similarity(one, other) < 0.85


def test_japanese_letters_are_compared_by_their_signs():
    one = "調査中\n\n岡様\n\n原因を調べております。\n\n担当\n山田"
    assert similarity(one, one) == 1
    assert similarity(one, one.replace("原因を調べております", "二台目の機器を交換いたしました")) < 0.85


def test_a_fact_that_was_told_is_not_told_against_itself():
    same = fact("cause: a full disk")
    assert contradiction("", [same], [replace(same, told_in=7)], WORDING) is None
