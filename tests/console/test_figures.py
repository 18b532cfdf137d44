"""What the pages with figures say, against the record read with other words."""

import csv
import io

import pytest

from commsvc.console.sheet import safe
from tests.console.conftest import DANA, Browser
from tests.stories.world import World

WRONG = "Unser Datenexport liefert seit heute früh falsche Zahlen, wir prüfen von Hand. Bitte eskalieren Sie das."
SINCE_RECEIVED = """
SELECT 'ESC-' || e.id, (MIN(l.sent_at) - e.opened_at) / 1000000.0 FROM escalation e JOIN letter l ON l.subject_kind = 'case'
AND l.subject_id = e.id WHERE l.letter = ? AND l.state = 'sent' GROUP BY e.id ORDER BY e.id"""


@pytest.fixture
def answered(tmp_path):
    """Ada's stores are down and she has her first answer; Markus waits for his."""
    world = World(tmp_path)
    world.first_answered()
    world.receives(WRONG, "m.brandt@hartmann-pt.example", "Datenexport falsch")
    world.forward(minutes=25)
    return world


@pytest.fixture
def reader(answered):
    return Browser(answered).sign_in(DANA)


def rows(reader, path):
    return list(csv.DictReader(io.StringIO(reader.read(path).removeprefix("\ufeff"))))


@pytest.mark.parametrize(("figure", "letter"), [("receipt", "acknowledge"), ("first_human", "first_answer")])
def test_a_figure_equals_the_record_to_the_second(reader, answered, figure, letter):
    told = answered.store.db.execute_sql(SINCE_RECEIVED, (letter,)).fetchall()
    met = {
        r["case"]: float(r["hours"]) * 3600
        for r in rows(reader, f"/figures/{figure}.csv")
        if figure == "receipt" or r["target met"] == "yes"
    }
    assert met == pytest.approx(dict(told), abs=0.01)
    assert told


def test_promises_kept_equal_the_record(reader, answered):
    sql = "SELECT state, COUNT(*) FROM promise WHERE kind IN ('receipt', 'first_human', 'next_update') AND (state IN ('kept', 'kept late') OR (state = 'open' AND due_at < ?)) GROUP BY state"
    now = int(answered.now.timestamp() * 1_000_000)
    counts = dict(answered.store.db.execute_sql(sql, (now,)).fetchall())
    values = [r["share"] for r in rows(reader, "/figures/promises.csv")]
    assert values.count("1.0") == counts["kept"]
    assert len(values) == sum(counts.values())


def test_the_page_counts_leads_to_the_cases_and_shows_speed_beside_how_they_fared(reader):
    page = reader.read("/figures")
    assert page.index("First answer by a person") < page.index("Satisfied (CSAT)") < page.index("Until it was resolved")
    one = reader.read("/figures/first_human")
    assert 'href="/cases/1"' in one
    assert "ESC-1" in reader.read("/cases/1")


def test_a_rate_of_few_is_not_shown(reader):
    assert "too few" in reader.read("/figures/cadence?severity=SEV1")


def test_conditions_hold_and_lead_on(reader):
    page = reader.read("/figures?severity=SEV1&weeks=4")
    assert "severity=SEV1" in page
    cases = {r["case"]: r for r in rows(reader, "/figures/untouched.csv?severity=SEV1")}
    assert {r["severity"] for r in cases.values()} == {"SEV1"}
    assert len(cases) < len(rows(reader, "/figures/untouched.csv"))


def test_a_figure_is_drawn_in_both_themes_and_brings_no_script(reader):
    light, dark = (reader.http.get(f"/figures/receipt/week.svg?theme={t}") for t in ("light", "dark"))
    assert light.status_code == dark.status_code == 200
    assert light.content != dark.content
    assert b"<script" not in light.content
    assert "script" not in light.headers["content-security-policy"].replace("default-src 'none'", "")
    assert light.content == reader.http.get("/figures/receipt/week.svg").content


def test_a_figure_of_nothing_says_so(reader):
    assert "No case is counted yet." in reader.read("/figures/csat")
    assert reader.http.get("/figures/csat/week.svg").status_code == 200


@pytest.mark.parametrize(
    "path", ["/figures/nothing", "/figures/nothing.csv", "/figures/nothing/week.svg", "/figures/receipt/moon.svg"]
)
def test_what_is_no_figure_is_not_found(reader, path):
    assert reader.http.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/figures?weeks=0", "/figures?weeks=x", "/figures?severity=SEV9"])
def test_conditions_that_mean_nothing_are_a_plain_page(reader, path):
    answer = reader.http.get(path)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/figures",
        "/figures/receipt",
        "/figures.csv",
        "/figures/receipt.csv",
        "/figures/receipt/week.svg",
        "/figures/accounts",
    ],
)
def test_nobody_reads_figures_unsigned(answered, path):
    answer = Browser(answered).http.get(path, follow_redirects=False)
    assert answer.status_code == 303


def test_a_restricted_case_is_counted_only_for_those_who_may_see_it(reader, answered):
    answered.store.db.execute_sql(
        "UPDATE escalation SET restricted = 1, owner = 'x@kestrel.example', backup = '' WHERE id = 1"
    )
    assert "ESC-1" not in {r["case"] for r in rows(reader, "/figures/untouched.csv")}
    assert 'href="/cases/1"' not in reader.read("/figures/first_human")


def test_accounts_at_risk_say_why(reader):
    page = reader.read("/figures/accounts")
    assert "Nimbus" in page
    assert "severe cases" in page


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_no_cell_becomes_a_formula(cell):
    assert safe(cell) == f"'{cell}"


def test_a_hostile_account_name_is_text_in_the_sheet(reader, answered):
    answered.store.db.execute_sql("UPDATE escalation SET area = '=HYPERLINK(\"//evil.example\")' WHERE id = 1")
    (row,) = (r for r in rows(reader, "/figures/untouched.csv") if r["case"] == "ESC-1")
    assert row["area"].startswith("'=")


def test_words_stay_as_they_are():
    assert [safe(x) for x in ("Nimbus", "", 3, 2.5, None, "a=b")] == ["Nimbus", "", 3, 2.5, None, "a=b"]
