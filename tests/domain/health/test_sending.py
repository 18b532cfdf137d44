"""What receivers hold against mail of our domain."""

import pytest

from commsvc.domain.health.sending import Published, faults, unknown

SPF, DMARC, KEY = "v=spf1 mx -all", "v=DMARC1; p=reject", "v=DKIM1; k=rsa; p=MIGf"


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (Published("a.example", [SPF, "google-site=1"], [DMARC], "s", [KEY]), []),
        (Published("a.example", None, None, "s", None), []),
        (Published("a.example", ["v=spf10"], [DMARC]), ["has no SPF record"]),
        (Published("a.example", [SPF, SPF], [DMARC]), ["2 SPF records"]),
        (Published("a.example", ["V=SPF1 +ALL"], [DMARC]), ["lets everybody send"]),
        (Published("a.example", [SPF], []), ["has no DMARC policy"]),
        (Published("a.example", [SPF], [DMARC, DMARC]), ["2 DMARC policies"]),
        (Published("a.example", [SPF], [DMARC], "s", []), ["publishes no DKIM key under s._domainkey"]),
        (Published("a.example", [SPF], [DMARC], "s", ["v=DKIM1; p="]), ["s._domainkey.a.example was revoked"]),
    ],
)
def test_each_fault_has_its_sentence(published: Published, said: list[str]) -> None:
    found = faults(published)
    assert len(found) == len(said)
    assert all(words in line for words, line in zip(said, found, strict=True))


def test_what_dns_did_not_answer_is_unknown_and_no_fault() -> None:
    assert unknown(Published("a.example", None, [], "s", None)) == ["SPF", "DKIM"]
    assert unknown(Published("a.example", [], None)) == ["DMARC"]
