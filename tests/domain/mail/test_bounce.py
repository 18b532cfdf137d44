"""Delivery reports of many servers, and people who only write about one."""

from pathlib import Path

import pytest

from commsvc.domain.mail.bounce_text import failed
from commsvc.domain.mail.mail import Auto, Bounce
from commsvc.domain.mail.parse import parse

FOLDER = Path(__file__).resolve().parents[2] / "mail" / "bounces"
LATER = {"postfix-delayed", "exim-delayed", "mailbox-full-later", "status-as-text"}
PEOPLE = {
    "person-quotes-notice",
    "person-asks",
    "person-no-address",
    "person-postmaster",
    "person-forwards-report",
    "person-pastes-report",
}
REPORTS_OF_ANOTHER_KIND = {"only-delivered", "arf", "read-receipt"}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.eml")))
def test_reports(name: str) -> None:
    mail = parse((FOLDER / f"{name}.eml").read_bytes())
    if name in PEOPLE:
        assert (mail.auto, mail.bounce) == (Auto.NONE, None)
    elif name in REPORTS_OF_ANOTHER_KIND:
        assert (mail.auto, mail.bounce) == (Auto.GENERATED, None)
    else:
        more = ("bob@acme.example",) if name in ("two-recipients", "group-of-addresses") else ()
        assert mail.bounce == Bounce(("ana@acme.example", *more), name not in LATER)
        assert mail.auto is Auto.BOUNCE
        assert mail.no_answer


def test_the_reporter_and_the_reader_are_not_the_failed_recipient() -> None:
    text = "Hello support@ours.example, this is postmaster@mx.example.\nana@acme.example: user unknown\n"
    mine = frozenset(("support@ours.example", "postmaster@mx.example"))
    assert failed(text, mine, []) == ["ana@acme.example"]
