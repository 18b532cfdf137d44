"""The instants that a mail names, as people write them in five languages; what is over is none."""

from datetime import UTC, datetime

import pytest

from commsvc.domain.case.deadline import instants
from commsvc.domain.playbook.lexicon import fold

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
"""A Wednesday, half past nine in Berlin."""


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("We need it by 16:00.", "25 15:00"),
        ("We need it by 16:00, or the truck leaves.", "25 15:00"),
        ("By 4 p.m. today please", "25 15:00"),
        ("by 4:30 pm tomorrow", "26 15:30"),
        ("before noon on Friday", "27 11:00"),
        ("until Friday", "27 16:00"),
        ("by the day after tomorrow, 9:15", "27 08:15"),
        ("bis 18 Uhr", "25 17:00"),
        ("bis morgen 12.30 Uhr", "26 11:30"),
        ("bis übermorgen Mittag", "27 11:00"),
        ("bis Freitag, 27.11. um 10:00.", "27 09:00"),
        ("avant demain 17 h 30", "26 16:30"),
        ("d'ici vendredi midi", "27 11:00"),
        ("antes de las 18:00 de hoy", "25 17:00"),
        ("mañana a las 9:00.", "26 08:00"),
        ("本日17時までに", "25 16:00"),
        ("明日10時半までに", "26 09:30"),
        ("by 27 November 2026 at 10:00", "27 09:00"),
        ("by November 27, 2026", "27 16:00"),
        ("antes del 27 de noviembre de 2026", "27 16:00"),
        ("2026年11月27日10時までに", "27 09:00"),
    ],
)
def test_a_time_that_is_named_is_found(said, at):
    found = instants(fold(said), NOW, "Europe/Berlin")
    assert [f"{i.at.astimezone(UTC):%d %H:%M}" for i in found][:1] == [at]


@pytest.mark.parametrize(
    "said",
    ["since 07:00.", "seit gestern 18 Uhr", "Version 12.10.2", "on 3.12.2025 at the latest", "the report of 27 November 2024", "2025年11月27日の", "am 27.11.2025", "depuis 8 h", "10:30 took the release",
     "ticket 16:00.5", "先週から"],
)  # fmt: skip
def test_what_is_over_or_no_time_is_none(said):
    late = NOW.replace(hour=19)
    assert instants(fold(said), late, "Europe/Berlin") == []
