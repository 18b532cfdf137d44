"""[exchange] in config.toml: what is refused, what `check` says, and what becomes of it at Exchange Online."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from commsvc.config import load
from commsvc.domain.exchange_online import Offered, offered
from commsvc.errors import Misconfigured
from tests.test_installation import commsvc
from tests.test_microsoft_config import IDENTITY

URL = 'url = "https://mail.example.com/EWS/Exchange.asmx"\n'
USER = "user = 'EX\\commsvc'\npassword_env = \"EXCHANGE_SECRET\"\n"
SERVER = "[exchange]\n" + URL + USER
BOX = '[[exchange.mailbox]]\nname = "support"\nmailbox = "support@example.com"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[exchange]\n" + URL, "[exchange] needs user and password_env"),
        (SERVER.replace("https", "http"), "expected https://.../EWS/Exchange.asmx"),
        ("[exchange]\n" + URL + 'auth = "oauth"\n', '[exchange] with auth = "oauth" needs [microsoft]'),
        (SERVER + 'send_as = "support@example.com"\n[smtp]\nhost = "x"\n', "letters leave one way"),
        (SERVER + 'calendars = true\n[caldav]\nuser = "x"\npassword_env = "X"\npeople = {"a@b.example" = "https://x"}\n', "calendars lie in one place"),
        (SERVER + BOX + BOX, "two mailboxes are called 'support'"),
        (SERVER + BOX + 'filed = "delete"\n', "config.toml:13: exchange.mailbox.0.filed"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(IDENTITY + text)
    with pytest.raises(Misconfigured) as caught:
        load(tmp_path / "config.toml")
    assert said in str(caught.value)


def site(tmp_path: Path, url: str) -> Path:
    folder = tmp_path / "site"
    assert commsvc("init", str(folder)).returncode == 0
    with (folder / "config.toml").open("a") as config:
        config.write(f'\n[exchange]\nurl = "{url}"\n{USER}{BOX}')
    return folder


def test_check_names_a_secret_that_is_missing_and_a_server_that_does_not_answer(tmp_path: Path) -> None:
    done = commsvc("check", "--dir", str(site(tmp_path, "http://127.0.0.1:1/EWS/Exchange.asmx")))
    assert "[exchange]: the environment variable EXCHANGE_SECRET is not set" in done.stderr
    assert "[exchange]: nothing answers at 127.0.0.1:1" in done.stderr
    assert "Exchange Online" not in done.stdout


def test_check_tells_who_points_at_exchange_online_how_long_and_by_whose_leave(tmp_path: Path) -> None:
    done = commsvc("check", "--dir", str(site(tmp_path, "https://outlook.office365.com/EWS/Exchange.asmx")))
    assert offered("outlook.office365.com", datetime.now(UTC).date()).value in done.stdout + done.stderr


def test_the_way_on_is_told_with_the_dates_and_the_allow_list() -> None:
    said = offered("outlook.office365.com", date(2026, 11, 28)).value
    assert (
        "off since 1 October 2026, unless an administrator sets EWSEnabled to True and puts this app on the allow list"
        in said
    )
    assert "end on 1 April 2027: move to [microsoft] and [[graph]]" in said


@pytest.mark.parametrize(
    ("host", "today", "answer"),
    [
        ("outlook.office365.com", date(2027, 3, 31), Offered.BY_LEAVE),
        ("outlook.office365.com", date(2027, 4, 1), Offered.NO_MORE),
        ("Outlook.Office365.Com.", date(2030, 1, 1), Offered.NO_MORE),
        ("mail.example.com", date(2030, 1, 1), Offered.ALWAYS),
        ("notoffice365.com", date(2030, 1, 1), Offered.ALWAYS),
    ],
)
def test_exchange_online_ends_and_a_server_in_the_house_does_not(host: str, today: date, answer: Offered) -> None:
    assert offered(host, today) is answer
