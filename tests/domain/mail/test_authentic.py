"""Who is believed: only our own server's word, and only above the line where the mail came in."""

import pytest

from commsvc.domain.mail.authentic import Authenticity, authenticity, same_organisation
from commsvc.domain.mail.parse import parse

PASS, FAIL, UNKNOWN = Authenticity.PASS, Authenticity.FAIL, Authenticity.UNKNOWN
OURS = "mx.ours.example"
BORDER = "Received: from out.acme.example (out.acme.example [198.51.100.7]) by mx.ours.example with ESMTPS id 1; Mon, 5 Jan 2026 10:00:00 +0000\n"
INSIDE = "Received: from mx.ours.example (mx.ours.example [10.0.0.5]) by store.ours.example with ESMTP id 2; Mon, 5 Jan 2026 10:00:01 +0000\n"
LMTP = "Received: from mx.ours.example by store.ours.example with LMTP id 3; Mon, 5 Jan 2026 10:00:02 +0000\n"
GOOD = "Authentication-Results: mx.ours.example; dmarc=pass header.from=acme.example\n"
MAIL = "From: Ana <ana@acme.example>\nSubject: x\n\ntext\n"


def verdict(head: str, mail: str = MAIL, ours: str | None = OURS) -> Authenticity:
    return authenticity(parse((head + mail).encode()), ours)


@pytest.mark.parametrize(
    ("layout", "expected"),
    {
        "our header on top": (GOOD + BORDER, PASS),
        "our header under our own inner hop": (INSIDE + GOOD + BORDER, PASS),
        "our header under a local delivery": (LMTP + INSIDE + GOOD + BORDER, PASS),
        "below the border": (BORDER + GOOD, FAIL),
        "below the border and an inner hop": (INSIDE + BORDER + GOOD, FAIL),
        "a client that greets with our name": (BORDER.replace("from out.acme.example (out.acme.example", "from mx.ours.example (unknown") + GOOD, FAIL),
        "a name that may be forged": (BORDER.replace("(out.acme.example [198.51.100.7])", "(mx.ours.example [198.51.100.7] (may be forged))") + GOOD, FAIL),
        "somebody else's header on top": (GOOD.replace(OURS, "mx.evil.example") + BORDER, FAIL),
        "a look-alike id": (GOOD.replace(OURS, "mx.ours.example.evil.example") + BORDER, FAIL),
        "a look-alike id with a digit": (GOOD.replace(OURS, "mx.0urs.example") + BORDER, FAIL),
        "our id in a comment": (GOOD.replace(OURS, "evil.example (mx.ours.example)") + BORDER, FAIL),
        "our id with a version": (GOOD.replace(OURS, OURS + " 1") + BORDER, PASS),
        "folded and with comments": (GOOD.replace("; dmarc", ";\n\t(checked) dmarc") + BORDER, PASS),
        "ours fails, a forged copy below passes": (GOOD.replace("pass", "fail") + BORDER + GOOD, FAIL),
        "two of ours, one fails": (GOOD + GOOD.replace("pass", "fail") + BORDER, FAIL),
        "two of ours, each with one check": ("Authentication-Results: mx.ours.example; spf=fail smtp.mailfrom=x@acme.example\n" + GOOD + BORDER, PASS),
        "nothing checked": ("Authentication-Results: mx.ours.example; none\n" + BORDER, FAIL),
        "no header at all": (BORDER, FAIL),
        "unreadable": ("Authentication-Results: mx.ours.example; dmarc==pass((\n" + BORDER, FAIL),
        "5 kB of brackets": ("Authentication-Results: mx.ours.example " + "(" * 5000 + "\n" + BORDER, FAIL),
        "3 kB of brackets": ("Authentication-Results: mx.ours.example " + "(" * 3000 + "\n" + BORDER, FAIL),
        "passed for another From": (GOOD.replace("header.from=acme.example", "header.from=evil.example") + BORDER, FAIL),
        "an aligned signature": ("Authentication-Results: mx.ours.example; dkim=pass header.d=acme.example\n" + BORDER, PASS),
        "a signature of the mother domain": ("Authentication-Results: mx.ours.example; dkim=pass header.d=mail.acme.example\n" + BORDER, PASS),
        "somebody else's signature": ("Authentication-Results: mx.ours.example; dkim=pass header.d=evil.example\n" + BORDER, FAIL),
        "a signature that ends alike": ("Authentication-Results: mx.ours.example; dkim=pass header.d=notacme.example\n" + BORDER, FAIL),
        "a signature of a top level": ("Authentication-Results: mx.ours.example; dkim=pass header.d=example\n" + BORDER, FAIL),
        "an aligned envelope": ("Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=bounce@acme.example\n" + BORDER, PASS),
        "somebody else's envelope": ("Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=a@evil.example\n" + BORDER, FAIL),
        "only the greeting passed": ("Authentication-Results: mx.ours.example; spf=pass smtp.helo=acme.example\n" + BORDER, FAIL),
        "a signature of a part of the body": (
            "Authentication-Results: mx.ours.example; dkim=pass header.d=acme.example\n" + BORDER + "DKIM-Signature: v=1; d=acme.example; s=a; l=20; b=x\n", FAIL),
        "dmarc by a signature of a part of the body": (GOOD + BORDER + "DKIM-Signature: v=1; d=acme.example; l=0; b=x\n", FAIL),
    }.values(),
)  # fmt: skip
def test_layouts(layout: str, expected: Authenticity) -> None:
    assert verdict(layout) is expected


def test_without_an_id_nothing_is_known() -> None:
    assert verdict(GOOD + BORDER, ours=None) is UNKNOWN
    assert verdict(GOOD + BORDER, ours=" ") is UNKNOWN


@pytest.mark.parametrize(
    "sender",
    [
        "From: ana@acme.example, boss@acme.example\n\n",
        "From: ana@acme.example\nFrom: eve@evil.example\n\n",
        'From: "ana@acme.example" <eve@evil.example>\n\n',
        "From: <ana@acme.example>eve@evil.example\n\n",
        "From: ana@acme.example@evil.example\n\n",
        "Subject: no sender\n\n",
        "Reply-To: ana@acme.example\n\n",
    ],
)
def test_a_doubtful_sender_is_never_proved(sender: str) -> None:
    head = GOOD.replace("acme", "evil") + GOOD + BORDER
    assert verdict(head, mail=sender) is FAIL


def test_organisations() -> None:
    assert same_organisation("acme.example", "ACME.example.")
    assert same_organisation("a.acme.example", "acme.example")
    assert not same_organisation("a.acme.example", "b.acme.example")
    assert not same_organisation("co.uk", "acme.co.uk")
    assert not same_organisation("", "")
