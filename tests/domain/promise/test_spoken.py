"""Promises found in what our people write by hand."""

from datetime import UTC, datetime

import pytest

from commsvc.domain.promise.spoken import promised

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("We will write to you again by 16:00 CET.", "23 15:00"),
        ("I'll send an update by 4 pm EST today.", "23 21:00"),
        ("You will hear from me tomorrow by noon.", "24 11:00"),
        ("Next update: Wednesday, 14:00 UTC", "25 14:00"),
        ("Wir melden uns bis morgen 12 Uhr.", "24 11:00"),
        ("Ich schreibe Ihnen heute bis 18:30 Uhr MEZ wieder.", "23 17:30"),
        ("Nous vous écrivons demain avant 17 h 30.", "24 16:30"),
        ("Les informaremos mañana a las 12:00.", "24 11:00"),
        ("明日10時までにご連絡いたします。", "24 09:00"),
        ("Thank you for the logs. We look at them now. We write again by 11:30.", "23 10:30"),
    ],
)
def test_an_instant_in_the_first_person_is_a_promise(text, by):
    found = promised(text, AT, "Europe/Berlin")
    assert found is not None
    assert f"{found.astimezone(UTC):%d %H:%M}" == by


@pytest.mark.parametrize(
    "text",
    [
        "Please send us the logs by 16:00.",
        "Could you call us before 16:00?",
        "Können Sie uns das bis 16:00 Uhr schicken?",
        "We received your mail at 16:00.",
        "We are working on it and write as soon as we know more.",
        "ログを16時までにお送りください。",
    ],
)
def test_a_request_or_a_report_is_none(text):
    assert promised(text, AT, "Europe/Berlin") is None


def test_the_customers_zone_counts_where_none_is_named():
    assert promised("We write again by 16:00.", AT, "America/New_York") == datetime(2026, 11, 23, 21, tzinfo=UTC)
