"""What out-of-office answers say about dates and deputies."""

from datetime import date

import pytest

from commsvc.domain.mail.away import Absence, absence
from commsvc.domain.mail.parse import parse

HEAD = "From: Ana <ana@acme.example>\nTo: support@ours.example\nDate: Tue, 24 Nov 2026 10:00:00 +0100\nAuto-Submitted: auto-replied\n"


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("I am out of the office until Friday, 27 November 2026.", None, date(2026, 11, 27)),
        ("I am away from November 23rd to November 27th, 2026.", date(2026, 11, 23), date(2026, 11, 27)),
        ("I am back on 4 January.", None, date(2027, 1, 4)),
        ("Ich bin bis einschließlich 27.11.2026 nicht im Büro.", None, date(2026, 11, 27)),
        (
            "Ich bin vom 23.11. bis 27.11. nicht im Büro und kann nicht antworten.",
            date(2026, 11, 23),
            date(2026, 11, 27),
        ),
        ("Je suis absente jusqu'au 1er décembre 2026.", None, date(2026, 12, 1)),
        ("Estoy fuera hasta el 27 de noviembre de 2026.", None, date(2026, 11, 27)),
        ("Ik ben afwezig tot 27 november.", None, date(2026, 11, 27)),
        ("11月27日まで不在にしております。", None, date(2026, 11, 27)),
        ("I am out of the office 23-27 November.", date(2026, 11, 23), date(2026, 11, 27)),
        ("I am away November 23-27, 2026 and the mail is not read.", date(2026, 11, 23), date(2026, 11, 27)),
        ("Ich bin vom 23. bis 27. November nicht im Büro.", date(2026, 11, 23), date(2026, 11, 27)),
        ("Ich bin vom 23.–27.11.2026 nicht im Haus und lese nichts.", date(2026, 11, 23), date(2026, 11, 27)),
        ("Je suis absent du 23 au 27 novembre inclus.", date(2026, 11, 23), date(2026, 11, 27)),
        ("Estaré fuera de la oficina del 23 al 27 de noviembre.", date(2026, 11, 23), date(2026, 11, 27)),
        ("Sono fuori ufficio dal 23 al 27 novembre 2026.", date(2026, 11, 23), date(2026, 11, 27)),
        ("Ik ben afwezig van 23 tot en met 27 november.", date(2026, 11, 23), date(2026, 11, 27)),
        ("11月23日～27日まで不在です。", date(2026, 11, 23), date(2026, 11, 27)),
        ("2026年11月27日（金）まで休暇をいただいております。", None, date(2026, 11, 27)),
        ("We are here since 1 May 1998. I am away until 27 November.", None, date(2026, 11, 27)),
        ("I am away until 03/04/2027 and the mail is not read.", None, None),
        ("I am away until 11/27/2026 and the mail is not read.", None, date(2026, 11, 27)),
        ("I have been with Acme since 1 March 2019 and I am away.", None, None),
        ("I am away until 31 February 2027.", None, None),
        ("I am away.", None, None),
    ],
)
def test_dates(text: str, since: date | None, until: date | None) -> None:
    found = absence(parse(f"{HEAD}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()))
    assert found == Absence(since, until, ())


def test_deputies_are_the_addresses_it_names() -> None:
    text = "Please ask Bo (bo@acme.example) or desk@acme.example, not ana@acme.example."
    found = absence(parse(f"{HEAD}\n{text}\n".encode()))
    assert found is not None
    assert found.deputies == ("bo@acme.example", "desk@acme.example")


def test_a_person_is_not_away() -> None:
    assert absence(parse(b"From: ana@acme.example\n\nI am away until 27 November 2026.\n")) is None
