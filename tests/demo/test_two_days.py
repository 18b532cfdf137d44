"""`commsvc demo --until 2d --exit --approve`, judged by reading the Maildirs it leaves."""

import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.demo.reader import addresses, read

SEEDED = {
    "nils.berg@lindqvist-foods.example": "All four plants: recipe changes do not arrive",
    "m.brandt@hartmann-pt.example": "Produktionsexport seit Update gestört",
    "helene.delacroix@banque-rivoire.example": "Rapport réglementaire en erreur, dépôt mercredi 17 h",
    "b.visser@veldhaven-port.example": "Dashboards very slow since Friday",
}
SEV1 = "nils.berg@lindqvist-foods.example"
EXECUTIVES = {"grace.holm": "Europe/London", "robert.hale": "America/New_York", "aiko.sato": "Asia/Tokyo"}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "two-days"
    command = [sys.executable, "-m", "commsvc", "demo", "--dir", str(folder), "--until", "2d", "--exit", "--approve"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.mark.parametrize("customer", SEEDED)
def test_each_seeded_case_gets_its_receipt_at_once(played, customer):
    first = read(played[0], customer)[0]
    assert first.subject.endswith(SEEDED[customer])
    assert "ESC-" in first.text


@pytest.mark.parametrize("customer", SEEDED)
def test_each_letter_comes_by_the_time_the_one_before_it_named(played, customer):
    letters = [x for x in read(played[0], customer) if not x.calendar]
    assert len(letters) >= 4
    named = [x for x in letters if x.promised]
    assert len(named) >= 3
    for earlier in named:
        later = [x for x in letters if x.at > earlier.at]
        if later:
            assert later[0].at <= earlier.promised, (earlier.text.splitlines()[0], later[0].at)


@pytest.mark.parametrize("customer", SEEDED)
def test_all_letters_of_a_case_share_one_thread(played, customer):
    letters = read(played[0], customer)
    assert len({x.subject for x in letters}) == 1
    assert len({x.references[0] for x in letters}) == 1
    assert all(x.answers in x.references for x in letters)
    for earlier, later in pairwise(letters):
        assert earlier.id in later.references
    assert len({x.id for x in letters}) == len(letters)


def test_internal_threads_keep_their_subject(played):
    for address in addresses(played[0]):
        by_case = {}
        for x in read(played[0], address):
            if address.endswith("@kestrel.example") and (found := re.match(r"(ESC-\d+) ", x.subject)):
                by_case.setdefault(found[1], set()).add(x.subject)
        assert all(len(subjects) == 1 for subjects in by_case.values()), by_case


def test_the_sev1_has_a_calendar_invitation_for_everybody(played):
    invited = [a for a in addresses(played[0]) if any(x.calendar for x in read(played[0], a))]
    assert SEV1 in invited
    assert len(invited) == 4
    calendar = next(x.calendar for x in read(played[0], SEV1) if x.calendar)
    assert "METHOD:REQUEST" in calendar
    assert calendar.count("ATTENDEE") == 4
    assert [a for a in SEEDED if a in invited] == [SEV1]


@pytest.mark.parametrize("executive", EXECUTIVES)
def test_each_executive_gets_one_briefing_a_local_day_at_half_past_seven(played, executive):
    zone = ZoneInfo(EXECUTIVES[executive])
    mine = [x for x in read(played[0], f"{executive}@kestrel.example") if x.list_id]
    local = [x.at.astimezone(zone) for x in mine]
    assert all((t.hour, t.minute) == (7, 30) for t in local), local
    assert all(n == 1 for n in Counter(t.date() for t in local).values())
    days = {t.date() for t in local if (t.hour, t.minute) == (7, 30)}
    assert date(2026, 11, 24) in days
    assert mine[0].list_id == "<briefing.kestrel.example>"


def test_nobody_gets_anothers_words(played):
    names = {"lindqvist", "hartmann", "rivoire", "veldhaven"}
    for customer in SEEDED:
        own = next(n for n in names if n in customer)
        text = " ".join(x.text.lower() for x in read(played[0], customer))
        assert not [n for n in names - {own} if n in text]


def test_the_summary_is_one_page(played):
    assert "ESC-4" in played[1]
    assert len(played[1].splitlines()) < 60


def test_without_approval_nothing_unapproved_leaves(tmp_path):
    command = [sys.executable, "-m", "commsvc", "demo", "--dir", str(tmp_path / "d"), "--until", "6h", "--exit"]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    for customer in SEEDED:
        letters = read(tmp_path / "d", customer)
        assert letters
        assert len(letters) <= 2, [x.text.splitlines()[0] for x in letters]
    late = read(tmp_path / "d", SEV1)
    assert late[1].at - late[0].at <= timedelta(minutes=30)
