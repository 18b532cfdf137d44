"""What executives read, word by word, and how often: a quiet day, a bad one, the week on Mondays.

With COMMSVC_GOLDEN=1 the files beside this one are written anew; read the difference before you keep it.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.world import ADA, DANA, DOWN, World

HELEN = "helen@kestrel.example"
GOLDEN = Path(__file__).with_name("golden")
WRONG = "Unser Datenexport liefert seit heute früh falsche Zahlen, wir prüfen von Hand. Bitte eskalieren Sie das."


def golden(name: str, text: str) -> None:
    text = text.replace("\r\n", "\n")
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("COMMSVC_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_a_quiet_day_is_a_short_mail(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 24, 7, 20, tzinfo=UTC))
    world.forward(minutes=15)
    text = world.text("exec_daily", HELEN)
    golden("quiet_day", text)
    assert len(text.split()) < 70


def test_a_day_on_which_nothing_changed_is_short_although_something_is_open(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 24, 7, 20, tzinfo=UTC))
    world.receives(DOWN, ADA)
    world.first_answered(received=True)
    with world.store.transaction():
        world.store.db.execute_sql("UPDATE timeline SET at = at - 259200000000")
        world.store.db.execute_sql("UPDATE escalation SET opened_at = opened_at - 259200000000")
    world.forward(minutes=10)
    text = world.text("exec_daily", HELEN)
    assert "Nimbus Retail Group" in text
    assert "Nothing changed" in text
    assert "Open escalations" not in text


def test_a_bad_day_names_what_is_severe_first_and_stays_readable(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 24, 6, 40, tzinfo=UTC))
    world.receives(WRONG, "m.brandt@hartmann-pt.example", "Datenexport")
    world.receives(DOWN, ADA)
    world.forward(minutes=60)
    text = world.text("exec_daily", HELEN)
    golden("bad_day", text)
    assert text.index("Nimbus Retail Group (ESC-2") < text.index("(ESC-1")
    assert len(text.split()) <= 300


def test_the_week_in_figures_comes_on_monday_beside_the_last_four(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    world.first_answered()
    world.now = datetime(2026, 11, 30, 8, 1, tzinfo=UTC)
    world.tick()
    golden("week", world.text("exec_weekly", HELEN))
    assert world.last("exec_weekly", HELEN)["List-Id"] == "<briefing.kestrel.example>"
    assert world.sent(HELEN).count(f"exec_weekly → {HELEN}") == 1


def test_a_restricted_case_is_counted_in_no_figure_of_a_reader_who_may_not_see_it(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    world.first_answered()
    world.store.db.execute_sql("UPDATE escalation SET restricted = 1")
    world.now = datetime(2026, 11, 30, 8, 1, tzinfo=UTC)
    world.tick()
    text = world.text("exec_weekly", HELEN)
    assert "1 restricted case(s)" in text
    assert "Nimbus" not in text
    assert "(n 1)" not in text


@pytest.mark.parametrize("sunday", [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)])
def test_each_local_day_has_one_briefing_across_a_change_of_the_clocks(tmp_path, sunday):
    """Every quarter of an hour from Friday to Tuesday, London time: Friday, Monday and Tuesday, and the week once."""
    world = World(tmp_path, start=sunday - timedelta(days=2))
    while world.now < sunday + timedelta(days=3):
        world.now += timedelta(minutes=15)
        world.tick()
    days = [m["Date"].datetime.date() for m in world.letters(HELEN) if m["Subject"].startswith("Escalations ")]
    assert days == [(sunday + timedelta(days=n)).date() for n in (-2, 1, 2)]
    assert world.sent(HELEN).count(f"exec_weekly → {HELEN}") == 1


def test_nobody_else_reads_them(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 30, 7, 20, tzinfo=UTC))
    world.forward(minutes=50)
    assert not [s for s in world.sent() if s.startswith("exec_") and not s.endswith(HELEN)]
    assert f"exec_daily → {DANA}" not in world.sent()
