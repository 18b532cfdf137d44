"""A machine is called a machine, a person never."""

import pytest

from commsvc.domain.mail.mail import Auto
from commsvc.domain.mail.parse import parse

HEAD = "From: Ana <ana@acme.example>\nTo: support@ours.example\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n"


@pytest.mark.parametrize(
    ("headers", "auto"),
    [
        ("Subject: Printer\n", Auto.NONE),
        ("Subject: Printer\nAuto-Submitted: no\n", Auto.NONE),
        ("Subject: Automatic reply: x\nAuto-Submitted: no\n", Auto.NONE),
        ("Subject: Printer\nAuto-Submitted: auto-replied (vacation)\n", Auto.REPLY),
        ("Subject: Printer\nAuto-Submitted: Auto-Replied; owner-email=a@b\n", Auto.REPLY),
        ("Subject: Report\nAuto-Submitted: auto-generated\n", Auto.GENERATED),
        ("Subject: Automatische Antwort: x\nAuto-Submitted: auto-generated\n", Auto.REPLY),
        ("Subject: Printer\nX-Autoreply: yes\n", Auto.REPLY),
        ("Subject: Printer\nX-Autorespond: Re: Printer\n", Auto.REPLY),
        ("Subject: Printer\nPrecedence: auto_reply\n", Auto.REPLY),
        ("Subject: Automatic reply: Printer\n", Auto.REPLY),
        ("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Imprimante?=\n", Auto.REPLY),
        ("Subject: Out of Office: Printer\nIn-Reply-To: <1@ours.example>\n", Auto.REPLY),
        ("Subject: Out of office next week, who covers us?\n", Auto.NONE),
        ("Subject: Abwesend am Montag\n", Auto.NONE),
        ("Subject: Re: Automatic reply: Printer\n", Auto.NONE),
        ("Subject: Automatic replies do not work\n", Auto.NONE),
        ("Subject: Automatic reply to customers is broken\n", Auto.NONE),
        ("Subject: Abwesenheitsnotiz funktioniert nicht\n", Auto.NONE),
        ("Subject: Abwesenheitsnotiz Ana Berg\nReturn-Path: <>\n", Auto.REPLY),
        ("Subject: Autosvar virker ikke\n", Auto.NONE),
        ("Subject: Automatische Antwort kommt nicht an\n", Auto.NONE),
        ("Subject: Vacation response broken\n", Auto.NONE),
        ("Subject: AUTO: our plant stands still\n", Auto.NONE),
        ("Subject: AUTO: Ana Berg is out of the office\nIn-Reply-To: <1@ours.example>\n", Auto.REPLY),
        ("Subject: =?utf-8?b?6Ieq5YuV6L+U5L+h44Oh44O844Or44GM5bGK44GL44Gq44GE?=\n", Auto.NONE),
        ("Subject: [Auto-Reply] Printer\n", Auto.REPLY),
        ("Subject: =?utf-8?q?R=C4=83spuns_automat=3A_Printer?=\n", Auto.REPLY),
        ("Subject: auto-reply settings are lost\n", Auto.NONE),
        ("Subject: News\nList-Id: <news.acme.example>\n", Auto.LIST),
        ("Subject: News\nPrecedence: list\n", Auto.LIST),
        ("Subject: News\nPrecedence: bulk\n", Auto.GENERATED),
        ("Subject: Printer\nX-Auto-Response-Suppress: OOF\n", Auto.NONE),
    ],
)
def test_who_wrote_it(headers: str, auto: Auto) -> None:
    assert parse(f"{HEAD}{headers}\ntext\n".encode()).auto is auto


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ("", ""),
        ("Auto-Submitted: no\n", ""),
        ("X-Auto-Response-Suppress: OOF\n", ""),
        ("Return-Path: <ana@acme.example>\n", ""),
        ("Auto-Submitted: auto-replied\n", "the mail says that a machine sent it (Auto-Submitted)"),
        ("X-Auto-Response-Suppress: DR, AutoReply\n", "the sender asked for no automatic answer (X-Auto-Response-Suppress)"),
        ("X-Auto-Response-Suppress: All\n", "the sender asked for no automatic answer (X-Auto-Response-Suppress)"),
        ("List-Unsubscribe: <mailto:x@acme.example>\n", "it came through a mailing list"),
        ("Feedback-ID: a:b:c\n", "it is a bulk mailing (Feedback-ID)"),
        ("Precedence: junk\n", "it is a bulk mailing (Precedence)"),
        ("Return-Path: <>\n", "it has an empty return path"),
    ],
)  # fmt: skip
def test_why_no_automatic_answer(headers: str, why: str) -> None:
    assert parse(f"{HEAD}Subject: x\n{headers}\ntext\n".encode()).no_answer == why


@pytest.mark.parametrize(
    "local", ["noreply", "no-reply", "Mailer-Daemon", "postmaster", "owner-news", "news-request", "do_not_reply"]
)
def test_addresses_that_are_nobodys(local: str) -> None:
    assert (
        parse(f"From: {local}@acme.example\nSubject: x\n\ntext\n".encode()).no_answer == "the address is not a person's"
    )


def test_nobody_to_answer() -> None:
    assert parse(b"Subject: x\n\ntext\n").no_answer == "the mail names no sender"
