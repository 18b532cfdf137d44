"""[microsoft] and [[graph]] in config.toml: what is refused, what `check` and `doctor` say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commsvc.config import load
from commsvc.errors import Misconfigured
from tests.test_installation import commsvc

IDENTITY = (
    '[identity]\nname = "K"\ndomain = "example.com"\naddress = "support@example.com"\noperator = "op@example.com"\n'
)
APP = '[microsoft]\ntenant = "t"\nclient_id = "the-app"\n'
SECRET = 'secret_env = "GRAPH_SECRET"\n'
BOX = '[[graph]]\nname = "support"\nmailbox = "support@example.com"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOX, "[[graph]] needs [microsoft]"),
        (APP + BOX, "either secret_env or certificate_file"),
        ('[[imap]]\nname = "x"\nhost = "x"\nuser = "x"\n', "[[imap]] x needs password_env or oauth"),
        ('[[imap]]\nname = "x"\nhost = "x"\nuser = "x"\noauth = "google"\n', 'oauth = "google", which needs [google]'),
        ('[[imap]]\nname = "x"\nhost = "x"\nuser = "x"\noauth = "google"\npassword_env = "X"\n', "signs in one way"),
        (APP + SECRET + 'certificate_file = "x"\n', "either secret_env or certificate_file"),
        (APP + SECRET + 'send_as = "support@example.com"\n[smtp]\nhost = "x"\n', "either [smtp], or send_as"),
        (APP + SECRET + 'calendars = true\n[caldav]\nuser = "x"\npassword_env = "X"\npeople = {"a@b.example" = "https://x"}\n', "either [caldav], or calendars"),
        (APP + SECRET + BOX + 'filed = "delete"\n', "config.toml:13: graph.0.filed"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(IDENTITY + text)
    with pytest.raises(Misconfigured) as caught:
        load(tmp_path / "config.toml")
    assert said in str(caught.value)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    assert commsvc("init", str(folder)).returncode == 0
    ends = datetime.now(UTC).date() + timedelta(days=10)
    added = f'{APP}{SECRET}expires = {ends}\nsend_as = "support@example.com"\ngraph_url = "http://127.0.0.1:1/v1.0"\n'
    with (folder / "config.toml").open("a") as config:
        config.write(f"\n{added}{BOX}")
    return folder


def test_check_names_a_secret_that_is_missing_and_one_that_ends(site: Path) -> None:
    done = commsvc("check", "--dir", str(site))
    assert "[microsoft]: the environment variable GRAPH_SECRET is not set" in done.stderr
    assert "nothing answers at 127.0.0.1:1" in done.stderr
    assert "the client secret of [microsoft] ends on" in done.stdout
    assert "within 14 days: make a new one" in done.stdout


def test_doctor_prints_what_the_app_must_be_allowed_and_where(site: Path) -> None:
    said = commsvc("doctor", "--dir", str(site)).stdout
    assert "app the-app needs these application permissions: Mail.ReadWrite, Mail.Send\n" in said
    assert "for these mailboxes alone (RBAC for Applications, see docs/exchange-online.md): support@example.com" in said
