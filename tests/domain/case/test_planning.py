"""The plan for a mail: what holds for every mail, whatever it says."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.adapters.rulebook import Rulebook
from commsvc.domain.case.circumstances import Writer, circumstances, with_more
from commsvc.domain.case.deadline import instants
from commsvc.domain.case.directory import Account
from commsvc.domain.case.facts import Reading, read, wording
from commsvc.domain.case.plan import Around, plan
from commsvc.domain.case.verdict import judge
from commsvc.domain.mail.parse import parse
from commsvc.domain.playbook.lexicon import Hit
from commsvc.domain.playbook.words import Segment

PLAYBOOK = Rulebook(Path(__file__).parents[3] / "rules", ()).current()
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = sorted(f.id for f in PLAYBOOK.phrases.fact)
FACTS = st.frozensets(st.sampled_from(NAMES), max_size=8)


def account(segment):
    return Account("A1", "Acme", segment, "Europe/Berlin", "DE", "en", ("acme.example",), (), "am@us.example")


def planned(facts, segment=Segment.STANDARD):
    reading = Reading(tuple(Hit(f, f) for f in sorted(facts)), "api", "")
    return plan(reading, judge(reading, PLAYBOOK), Around(AT, account(segment)), PLAYBOOK)


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_the_same_facts_give_the_same_plan_byte_for_byte(facts):
    assert repr(planned(facts)) == repr(planned(frozenset(sorted(facts, reverse=True))))


@settings(max_examples=60, deadline=None)
@given(FACTS, st.frozensets(st.sampled_from(["renewal_near", "account_regulated", "sender_executive"])))
def test_a_lower_segment_never_lowers_the_severity(facts, around):
    """What is known of the account comes with its segment, and the level is the same for all."""
    own = {Segment.STRATEGIC: {"account_strategic"}}
    assert len({planned(facts | around | own.get(s, set()), s).severity for s in Segment}) == 1


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_a_hold_leaves_only_the_fixed_receipts(facts):
    found = planned(facts)
    assert not found.holds or found.receipt in ("", *PLAYBOOK.guardrails.fixed_receipts)


def facts_of(text, subject="Hello"):
    raw = f"From: a@acme.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    mail = parse(raw.encode())
    told = PLAYBOOK.phrases.lexicon.told(wording(mail))
    reading = read(mail, PLAYBOOK.phrases, told)
    more = circumstances(mail, reading, Writer(account(Segment.GROWTH), None), AT, told)
    return with_more(reading, more).facts


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("we must file it by wednesday 25 november at 5 pm", datetime(2026, 11, 25, 16, tzinfo=UTC)),
        ("bis morgen mittag halten wir durch", datetime(2026, 11, 24, 11, tzinfo=UTC)),
        ("dépôt mercredi 25 novembre à 17 h", datetime(2026, 11, 25, 16, tzinfo=UTC)),
        ("se suspende mañana a las 08:00", datetime(2026, 11, 24, 7, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_the_zone_of_the_customer(text, when):
    assert when in [i.at for i in instants(text, AT, "Europe/Berlin")]


@pytest.mark.parametrize(
    "text",
    ["The system is not down, all is well.", "Es gibt keinen Ausfall.", "What happens if the server is down?",
     "Aucune panne chez nous.", "障害ではありません。"],
)  # fmt: skip
def test_what_is_denied_or_only_supposed_is_no_outage(text):
    assert "function_down" not in facts_of(text)


def test_more_facts_replace_none():
    reading = Reading((Hit("safety", "gas"),), "", "")
    assert with_more(reading, [Hit("safety", "other")]) == replace(reading)
