"""What almost looks like a quote, an address, a date or a report costs what it weighs, however often it is repeated."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from commsvc.domain.case.deadline import instants
from commsvc.domain.case.facts import impact_sentences, wording
from commsvc.domain.mail.parse import parse
from commsvc.domain.playbook.lexicon import Denial, Lexicon

ALMOST = [
    "On Mon, 5 Jan 2026 at 10:00 ", "On Mon, 5 Jan 2026\n", "Ana wrote\n", "> ", ">>>> x\n", "From: Ana\n",
    "From: Ana\nSent: x\n", "-----\n", "-----Original Message\n", "Mit freundlichen Grüßen\nAna\n", "Sent from my ",
    "-- \n", "+49 30 1234 ", "a@", "a@b.c ", "https://", "This e-mail and any attachments\n", " ", "\xa0", ". ", "10:00 ",
    "heute 10:00 ", "5.1.2026 ", "Final-Recipient: rfc822; a@b.example\n", "550 5.1.1 ", "we can not * ", "not ", "<", "&amp;",
    '"', "(", ":", "=?utf-8?q?", "Ã¼ ", "-----BEGIN PGP SIGNED MESSAGE-----\n", "2026年1月5日(月) 10:00 ", "a", "? ",
]  # fmt: skip
SMALL, TIMES = 5_000, 4
LEXICON = Lexicon({"down": ["we can not *", "can not * in"], "limit": ["5 * 1"]}, {}, Denial(["not"]))


def plain(text: str) -> object:
    return parse(f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode())


def rich(text: str) -> object:
    shown = text.replace("\n", "<br>")
    return parse(f"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<div>{shown}</div>".encode())


def report(text: str) -> object:
    head = "From: mailer-daemon@b.example\nReturn-Path: <>\nSubject: Undelivered Mail\nContent-Type: text/plain; charset=utf-8"
    return parse(f"{head}\n\n{text}".encode())


def headers(text: str) -> object:
    line = text.replace("\n", " ").encode()[:40_000].decode("utf-8", "ignore")
    return parse(f"Subject: {line[:4_000]}\nFrom: {line}\n\nx".encode())


def facts(text: str) -> object:
    mail = parse(f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\nx{text[:20_000]}".encode())
    instants(text[: len(text) // 2], datetime(2026, 1, 1, tzinfo=UTC), "Europe/Berlin")
    return LEXICON.told(text).hits(), impact_sentences(mail, LEXICON.told(wording(mail)))


@pytest.mark.parametrize("reader", [plain, rich, report, headers, facts])
@pytest.mark.parametrize("almost", ALMOST)
def test_no_reader_costs_more_than_its_text_weighs(reader: Callable[[str], object], almost: str) -> None:
    """Four times the text may cost ten times the work; what grows with its square would cost sixteen times."""
    small, large = (_cpu(reader, (almost * size)[:size]) for size in (SMALL, SMALL * TIMES))
    assert large <= 10 * max(small, 0.004), (small, large)


def _cpu(reader: Callable[[str], object], text: str) -> float:
    """CPU seconds, the least of a few turns: what else the machine does only adds to it."""
    spent = []
    for _ in range(3):
        begin = time.process_time()
        reader(text)
        spent.append(time.process_time() - begin)
        if spent[-1] < 0.02:
            break
    return min(spent)
