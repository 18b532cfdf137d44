"""A result that names no method says nothing, and breaks nothing."""

from commsvc.domain.mail.authentic import Authenticity, authenticity
from commsvc.domain.mail.parse import parse


def test_none_after_other_results_is_ignored():
    raw = b"Authentication-Results: mx.us.example; spf=none; none\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nHi\r\n"
    assert authenticity(parse(raw), "mx.us.example") is Authenticity.FAIL
