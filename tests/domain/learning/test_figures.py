"""Figures against a table reckoned by hand from the calendars alone, to the second (practice.md 5.6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commsvc.domain.learning.figures import spans
from commsvc.domain.learning.figures.account_risk import Light, Signs, light, score
from commsvc.domain.learning.figures.catalogue import FIGURES, PAIRS, quality
from commsvc.domain.learning.figures.figure import Known, Sample, Summary, Unit, percentile, summary
from commsvc.domain.learning.figures.grouping import By, points
from commsvc.domain.learning.figures.past import Offer, Owed, Past, Pause, Said, Survey, Terms, came_again, merged
from commsvc.domain.playbook.span import Clock, read_span
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import State
from commsvc.domain.promise.worktime import WorkCalendar

NOW = datetime(2027, 6, 1, tzinfo=UTC)
BERLIN, TOKYO, CHICAGO, NEW_YORK, KOLKATA = (
    WorkCalendar("Europe/Berlin", "DE"), WorkCalendar("Asia/Tokyo", "JP"), WorkCalendar("America/Chicago", "US"),
    WorkCalendar("America/New_York", "US"), WorkCalendar("Asia/Kolkata"),
)  # fmt: skip
GREENWICH = WorkCalendar("UTC")
AWAITS = "the next step is the customer's"
BH, WEEK, ALWAYS = Clock.BUSINESS, Clock.WEEKDAYS, Clock.ALWAYS

# number, calendar, clock, received, asked, wrote, resolved, reopened, gross, net. Local times; one that stands for "open" has no figure.
CASES = (
    (1, BERLIN, BH, "2026-11-16 10:00", ["2026-11-17 11:00"], ["2026-11-19 14:00"], ["2026-11-20 12:00"], [], "34:00:00", "15:00:00"),
    (2, BERLIN, BH, "2026-11-16 10:00", ["2026-11-17 11:00"], ["2026-11-19 14:00"], ["2026-11-20 12:00", "2026-11-24 13:00"],
     ["2026-11-24 09:00"], "38:00:00", "19:00:00"),
    (3, BERLIN, ALWAYS, "2027-03-27 22:00", [], [], ["2027-03-28 06:00"], [], "7:00:00", "7:00:00"),
    (4, NEW_YORK, ALWAYS, "2026-10-31 22:00", [], [], ["2026-11-01 06:00"], [], "9:00:00", "9:00:00"),
    (5, BERLIN, WEEK, "2026-11-20 22:30", [], [], ["2026-11-23 02:30"], [], "4:00:00", "4:00:00"),
    (6, TOKYO, BH, "2026-11-20 14:00", [], [], ["2026-11-24 14:00"], [], "8:00:00", "8:00:00"),
    (7, CHICAGO, BH, "2026-11-25 16:00", [], [], ["2026-11-27 16:00"], [], "8:00:00", "8:00:00"),
    (8, BERLIN, BH, "2026-11-20 17:00", [], [], ["2026-11-23 13:00"], [], "4:00:00", "4:00:00"),
    (9, BERLIN, BH, "2026-11-21 12:00", [], [], ["2026-11-22 12:00"], [], "0:00:00", "0:00:00"),
    (10, GREENWICH, ALWAYS, "2026-11-16 00:00:07", [], [], ["2026-11-16 00:59:59"], [], "0:59:52", "0:59:52"),
    (11, GREENWICH, ALWAYS, "2026-11-16 08:00", ["2026-11-16 09:00", "2026-11-16 09:30", "2026-11-16 11:00"],
     ["2026-11-16 10:15:30", "2026-11-16 11:10"], ["2026-11-16 12:00"], [], "4:00:00", "2:34:30"),
    (12, GREENWICH, ALWAYS, "2026-11-16 08:00", ["2026-11-16 09:00"], [], ["2026-11-16 20:00"], [], "12:00:00", "1:00:00"),
    (13, GREENWICH, ALWAYS, "2026-11-16 08:00", [], [], [], [], "open", "open"),
    (14, GREENWICH, ALWAYS, "2026-11-16 08:00", [], [], ["2026-11-16 09:00"], ["2026-11-17 09:00"], "open", "open"),
    (16, GREENWICH, ALWAYS, "2026-11-16 07:45", [], [], ["2026-11-16 09:00"], [], "2:00:00", "2:00:00"),
    (17, BERLIN, ALWAYS, "2027-03-27 20:00", ["2027-03-27 23:00"], ["2027-03-28 05:00"], ["2027-03-28 10:00"], [], "13:00:00", "8:00:00"),
    (18, BERLIN, BH, "2026-11-16 16:00", ["2026-11-16 18:00"], ["2026-11-17 10:00"], ["2026-11-17 11:30"], [], "3:30:00", "2:30:00"),
    (19, KOLKATA, BH, "2026-11-16 09:00", [], [], ["2026-11-16 09:00:01"], [], "0:00:01", "0:00:01"),
    (20, GREENWICH, ALWAYS, "2026-11-16 08:00", [], [], ["2026-11-16 09:00", "2026-11-16 10:30", "2026-11-16 12:00:45"],
     ["2026-11-16 10:00", "2026-11-16 12:00"], "1:30:45", "1:30:45"),
)  # fmt: skip
PART = Past(15, "acme", Severity.SEV2, "orders", datetime(2026, 11, 16, 7, tzinfo=UTC), merged_into=16)


def at(local: str, calendar: WorkCalendar = GREENWICH) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


def terms(clock: Clock = ALWAYS, calendar: WorkCalendar = GREENWICH, pace: str = "4h/24x7") -> Terms:
    return Terms(clock, calendar, read_span(pace), AWAITS)


def past(**more) -> Past:
    return Past(
        **{
            "case": 1,
            "account_id": "acme",
            "severity": Severity.SEV2,
            "area": "orders",
            "opened_at": at("2026-11-16 08:00"),
            **more,
        }
    )


def build(row) -> Past:
    number, calendar, _, received, asked, wrote, resolved, reopened, _, _ = row
    return past(
        case=number, opened_at=at(received, calendar), said=tuple(Said("need_information", at(x, calendar), False) for x in asked),
        paused=tuple(Pause(at(x, calendar), NOW, AWAITS) for x in asked),
        wrote=(at(received, calendar), *(at(x, calendar) for x in wrote)), resolved=tuple((at(x, calendar), True) for x in resolved),
        reopened=tuple(at(x, calendar) for x in reopened),
    )  # fmt: skip


def samples(name: str, of: Past, on: Terms | None = None, now: datetime = NOW) -> list[Sample]:
    return list(FIGURES[name].of(Known(of, on or terms()), now))


@pytest.mark.parametrize("row", CASES, ids=lambda r: str(r[0]))
def test_the_time_to_resolve_is_what_the_calendar_says(row):
    whole = {p.case: p for p in merged([*map(build, CASES), PART])}
    took = spans.to_resolve(whole[row[0]], terms(row[2], row[1]), NOW)
    assert (tuple(_clock(t) for t in took) if took else ("open", "open")) == row[8:]


def _clock(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def test_a_case_that_became_part_of_another_is_counted_once():
    assert len(merged([*map(build, CASES), PART])) == len(CASES) == 19


def test_a_part_of_a_part_counts_with_the_last():
    chain = [past(case=1, merged_into=2), past(case=2, merged_into=3, opened_at=at("2026-11-16 07:00")), past(case=3)]
    assert [(p.case, p.opened_at) for p in merged(chain)] == [(3, at("2026-11-16 07:00"))]


def test_the_first_answer_is_a_persons_and_is_never_paused():
    told = (Said("acknowledge", at("2026-11-16 08:01"), True), Said("need_information", at("2026-11-16 08:05"), False),
            Said("holding_statement", at("2026-11-16 08:20"), True), Said("first_answer", at("2026-11-16 09:00:30"), False))  # fmt: skip
    owed = (Owed(Kind.FIRST_HUMAN, at("2026-11-16 09:00"), State.LATE, at("2026-11-16 09:00:30")),)
    (found,) = samples("first_human", past(said=told, owed=owed))
    assert (round(found.value * 3600), found.met) == (3630, False)
    (receipt,) = samples("receipt", past(said=told))
    assert round(receipt.value * 3600) == 60


def test_an_answer_that_is_overdue_counts_with_the_time_so_far_and_one_that_is_not_does_not():
    owed = (Owed(Kind.FIRST_HUMAN, at("2026-11-16 09:00"), State.OPEN),)
    assert samples("first_human", past(owed=owed), now=at("2026-11-16 08:30")) == []
    (late,) = samples("first_human", past(owed=owed), now=at("2026-11-16 11:00"))
    assert (late.value, late.met) == (3.0, False)


def test_a_letter_that_came_back_does_not_end_the_gap():
    told = tuple(Said("update_progress", at(f"2026-11-16 {x}"), False) for x in ("04:31", "08:58"))
    ((_, over, kept),) = spans.gaps(past(opened_at=at("2026-11-16 04:00"), said=told), terms(), at("2026-11-16 09:00"))
    assert (over, kept) == (timedelta(minutes=27), False)


def test_an_open_gap_counts_once_it_is_over_the_limit():
    told = (Said("update_progress", at("2026-11-16 09:00"), False),)
    assert samples("cadence", past(said=told), now=at("2026-11-16 13:00")) == []
    assert [s.value for s in samples("cadence", past(said=told), now=at("2026-11-16 13:00:01"))] == [0.0]


def test_while_the_customer_has_to_answer_no_update_is_owed():
    told = tuple(
        Said(letter, at(f"2026-11-16 {hour}"), False)
        for letter, hour in (("first_answer", "09:00"), ("need_information", "10:00"), ("update_progress", "20:00"))
    )
    waits = past(said=told, wrote=(at("2026-11-16 18:00"),), paused=(Pause(at("2026-11-16 10:00"), NOW, AWAITS),))
    assert [s.value for s in samples("cadence", waits, now=at("2026-11-16 20:00"))] == [1.0]
    assert [s.value for s in samples("cadence", replace(waits, paused=()), now=at("2026-11-16 20:00"))] == [0.0]


def test_after_a_proposal_it_is_the_customers_turn_until_they_write():
    told = tuple(Said(letter, at(f"2026-11-16 {hour}"), False)
                 for letter, hour in (("first_answer", "09:00"), ("resolution_proposed", "10:00"), ("update_progress", "20:00")))  # fmt: skip
    one = past(said=told, wrote=(at("2026-11-16 18:00"),))
    assert [s.value for s in samples("cadence", one, now=at("2026-11-16 20:00"))] == [1.0, 1.0]
    assert [
        s.value
        for s in samples("cadence", replace(one, wrote=(at("2026-11-16 15:59:59"),)), now=at("2026-11-16 20:00"))
    ] == [1.0, 0.0]
    assert [s.value for s in samples("cadence", replace(one, said=told[:2], wrote=()))] == [1.0]


def test_silence_after_a_case_was_reopened_is_a_gap_too():
    one = past(said=(Said("first_answer", at("2026-11-16 09:00"), False),), resolved=((at("2026-11-16 10:00"), True),),
               reopened=(at("2026-11-17 09:00"),))  # fmt: skip
    assert samples("cadence", one, now=at("2026-11-17 13:00")) == []
    assert [s.value for s in samples("cadence", one, now=at("2026-11-17 13:00:01"))] == [0.0]


def test_a_way_round_is_a_word_of_ours_that_ends_a_gap():
    told = tuple(Said(letter, at(f"2026-11-16 {hour}"), False)
                 for letter, hour in (("first_answer", "09:00"), ("workaround", "12:00"), ("update_progress", "15:00")))  # fmt: skip
    assert [s.value for s in samples("cadence", past(said=told), now=at("2026-11-16 15:00"))] == [1.0, 1.0]


@pytest.mark.parametrize(("more", "expected"), [
    ({}, None),
    ({"said": (Said("update_progress", at("2026-11-16 10:00"), False),)}, ("10:00", "12:00")),
    ({"said": (Said("holding_statement", at("2026-11-16 10:00"), True),)}, None),
    ({"said": (Said("need_information", at("2026-11-16 08:30"), False),)}, ("09:00", "12:00")),
    ({"said": (Said("need_information", at("2026-11-16 08:30"), False),), "wrote": (at("2026-11-16 08:45"),)}, None),
    ({"said": (Said("need_information", at("2026-11-16 08:30"), False),), "wrote": (at("2026-11-16 11:00"),)}, ("09:00", "11:00")),
    ({"said": (Said("need_information", at("2026-11-16 08:30"), False),), "judged": (at("2026-11-16 10:30"),)}, ("09:00", "10:30")),
])  # fmt: skip
def test_a_pause_for_the_customer_holds_once_they_were_asked_and_until_anything_happens(more, expected):
    one = past(paused=(Pause(at("2026-11-16 09:00"), at("2026-11-16 12:00"), AWAITS),), **more)
    assert spans.pauses(one, terms(), NOW) == ([tuple(at(f"2026-11-16 {x}") for x in expected)] if expected else [])


def test_an_agreed_pause_needs_no_question():
    stretch = (at("2026-11-16 09:00"), at("2026-11-16 12:00"))
    assert spans.pauses(
        past(paused=(Pause(*stretch, "the customer asked to hear nothing until then"),)), terms(), NOW
    ) == [stretch]


def test_a_person_may_say_that_it_is_bearable():
    assert [s.value for s in samples("mitigated", past(eased=(at("2026-11-16 09:00"),)))] == [1.5]


def test_the_longest_gap_may_run_on_another_clock_than_the_first_answer():
    told = tuple(Said("update_progress", at(x, BERLIN), False) for x in ("2026-11-20 16:00", "2026-11-23 16:00"))
    held = past(opened_at=at("2026-11-20 15:00", BERLIN), said=told)
    assert [
        s.value for s in samples("cadence", held, terms(ALWAYS, BERLIN, "1bd"), at("2026-11-23 16:00", BERLIN))
    ] == [1.0]
    assert [s.value for s in samples("cadence", held, terms(ALWAYS, BERLIN), at("2026-11-23 16:00", BERLIN))] == [0.0]


@pytest.mark.parametrize(("wrote", "resolved", "expected"), [
    ([], [], "0:30:00"), (["10:10"], [], None), (["10:31"], [], "0:30:00"), (["10:10"], ["10:10"], "0:10:00"), ([], ["11:40"], "0:30:00"),
])  # fmt: skip
def test_it_is_bearable_once_accepted_or_half_an_hour_quiet(wrote, resolved, expected):
    opened, told = at("2026-11-16 10:00"), (Said("workaround", at("2026-11-16 10:00"), False),)
    one = past(opened_at=opened, said=told, wrote=tuple(at(f"2026-11-16 {x}") for x in wrote),
               resolved=tuple((at(f"2026-11-16 {x}"), True) for x in resolved))  # fmt: skip
    found = samples("mitigated", one)
    assert [_clock(timedelta(hours=s.value)) for s in found] == ([expected] if expected else [])


def test_what_was_accepted_after_just_half_an_hour_stays_so_whatever_comes_later():
    told = tuple(Said("workaround", at(f"2026-11-{day} 10:00"), False) for day in (16, 18))
    one = past(
        opened_at=at("2026-11-16 10:00"),
        said=told,
        wrote=(at("2026-11-16 10:30"),),
        resolved=((at("2026-11-16 10:30"), True),),
    )
    assert [s.value for s in samples("mitigated", one)] == [0.5]


def test_a_promise_is_kept_or_late_or_overdue_and_what_is_owed_no_more_counts_nowhere():
    due = at("2026-11-16 09:00")
    states = (State.KEPT, State.LATE, State.OPEN, State.VOID)
    owed = (*(Owed(Kind.NEXT_UPDATE, due, s) for s in states), Owed(Kind.OWNER_ACK, due, State.LATE))
    assert [s.value for s in samples("promises", past(owed=owed))] == [1.0, 0.0, 0.0]
    assert [s.value for s in samples("promises", past(owed=owed), now=due)] == [1.0, 0.0]


@pytest.mark.parametrize(("again", "expected"), [("2026-11-30 09:00", 1.0), ("2026-11-30 09:00:01", 0.0)])
def test_opened_again_counts_for_14_days(again, expected):
    one = past(resolved=((at("2026-11-16 09:00"), True),), reopened=(at(again),))
    assert [s.value for s in samples("reopened", one)] == [expected]


def test_the_same_area_of_the_same_account_within_90_days_came_again():
    ended = ((at("2026-11-16 09:00"), True),)
    same = past(case=2, opened_at=at("2027-02-14 09:00"))
    assert came_again([past(resolved=ended), same]) == {1}
    for other in (
        replace(same, area="stock"),
        replace(same, account_id="other"),
        replace(same, opened_at=at("2027-02-14 09:00:01")),
    ):
        assert came_again([past(resolved=ended), other]) == frozenset()


def test_handoffs_count_between_roles_on_the_clock_of_the_case():
    offer = Offer(
        "ann",
        "bob",
        HandoffState.ACCEPTED,
        at("2026-11-20 16:30", BERLIN),
        at("2026-11-23 09:15", BERLIN),
        at("2026-11-23 10:00", BERLIN),
    )
    declined = Offer(
        "ann", "cem", HandoffState.DECLINED, at("2026-11-20 12:00", BERLIN), at("2026-11-20 12:05", BERLIN)
    )
    known = Known(
        past(offers=(declined, offer)),
        terms(BH, BERLIN),
        roles={"ann": "Support", "bob": "Engineering", "cem": "Sales"}.__getitem__,
    )
    (accepted,), (acted,) = (list(FIGURES[f].of(known, NOW)) for f in ("handoff_accepted", "handoff_acted"))
    assert (accepted.value, accepted.between, acted.value) == (0.75, "Support to Engineering", 0.75)
    assert [s.value for s in FIGURES["handoff_declined"].of(known, NOW)] == [1.0, 0.0]


def test_the_longest_time_without_a_person_knows_no_weekend_and_no_machine():
    told = (Said("acknowledge", at("2026-11-16 08:01"), True), Said("first_answer", at("2026-11-16 09:00"), False),
            Said("holding_statement", at("2026-11-17 09:00"), True), Said("update_progress", at("2026-11-18 08:00"), False))  # fmt: skip
    one = past(said=told, resolved=((at("2026-11-18 12:00"), True),))
    assert [s.value for s in samples("untouched", one)] == [47.0]
    assert [s.value for s in samples("automatic", one)] == [1.0, 0.0, 1.0, 0.0]


def test_surveys_count_what_was_answered():
    sent = at("2026-11-17 08:00")
    one = past(surveys=(Survey(sent, 4, 7), Survey(sent, 3, 4), Survey(sent)))
    assert [s.value for s in samples("csat", one)] == [1.0, 0.0]
    assert [(s.value, s.met) for s in samples("ces", one)] == [(7, True), (4, False)]
    assert [s.value for s in samples("survey_answered", one)] == [1.0, 1.0, 0.0]


def test_a_rate_of_fewer_than_five_is_hidden_and_of_fewer_than_thirty_is_few():
    shares = [Sample(n, 1.0) for n in range(4)]
    assert summary(Unit.SHARE, shares).rate is None
    assert summary(Unit.SHARE, [*shares, Sample(5, 0.0)]).rate == 80.0
    times = [Sample(n, float(n), n < 29) for n in range(1, 31)]
    found = summary(Unit.HOURS, times)
    assert (found.n, found.p50, found.p90, found.mean, found.few) == (30, 15.0, 27.0, 15.5, False)
    assert summary(Unit.HOURS, times[:29]).few
    assert summary(Unit.HOURS, []) == Summary(0)


def test_a_percentile_is_a_value_that_was_there():
    assert [percentile([1.0, 2.0, 3.0, 4.0], p) for p in (1, 50, 75, 90, 100)] == [1.0, 2.0, 3.0, 4.0, 4.0]


def test_the_quality_index_is_the_weighted_sum_and_is_hidden_with_any_of_its_rates():
    of = [Summary(10, rate=r) for r in (80.0, 10.0, 20.0, 90.0)]
    assert quality(*of) == pytest.approx(35 * 0.8 + 25 * 0.9 + 20 * 0.8 + 20 * 0.9)
    assert quality(*of[:3], Summary(4)) is None


def test_account_risk_is_the_sum_of_its_signs():
    assert score(Signs()) == 0
    worst = Signs(9, 0.0, 9, -1.0, True, True, 1)
    assert score(worst) == 100
    assert score(Signs(2, 0.75, 1, -0.4, False, True, 3)) == pytest.approx(50 / 3 + 5 + 3 + 6 + 10)


def test_the_light_goes_up_at_once_and_down_with_five_points_of_slack():
    assert [light(x) for x in (39.9, 40, 64.9, 65)] == [Light.GREEN, Light.AMBER, Light.AMBER, Light.RED]
    assert [light(x, Light.RED) for x in (60.1, 60, 35.1, 35)] == [Light.RED, Light.AMBER, Light.AMBER, Light.GREEN]
    assert [light(x, Light.AMBER) for x in (35.1, 35, 65)] == [Light.AMBER, Light.GREEN, Light.RED]


def test_weeks_follow_each_other_without_a_gap():
    knowns = [
        Known(past(case=n, opened_at=at(day)), terms())
        for n, day in enumerate(("2026-11-15 23:59", "2026-11-16 00:00", "2026-12-01 12:00"))
    ]
    found = points(FIGURES["untouched"], knowns, By.WEEK, NOW)
    assert [(p.week.isoformat(), p.summary.n) for p in found] == [
        ("2026-11-09", 1), ("2026-11-16", 1), ("2026-11-23", 0), ("2026-11-30", 1)]  # fmt: skip
    assert [(p.name, p.summary.n) for p in points(FIGURES["untouched"], knowns, By.AREA, NOW)] == [("orders", 3)]


def test_every_figure_stands_in_one_group():
    assert sorted(n for _, names in PAIRS for n in names) == sorted(FIGURES)
