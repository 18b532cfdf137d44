"""What DNS says of the domain we send from, asked of a real server."""

from commsvc.adapters.dns import published
from commsvc.domain.health.sending import Published
from tests.servers.names import Names

KEY = "v=DKIM1; k=rsa; p=" + "A" * 392


def test_what_is_published_is_read_whole() -> None:
    texts = {
        "a.example": ["v=spf1 mx -all"],
        "_dmarc.a.example": ["v=DMARC1; p=reject"],
        "s._domainkey.a.example": [KEY],
    }
    with Names(texts) as names:
        found = published("a.example", "s", ["127.0.0.1"], names.port)
    assert found == Published("a.example", ["v=spf1 mx -all"], ["v=DMARC1; p=reject"], "s", [KEY])


def test_what_is_not_there_is_nothing_and_not_unknown() -> None:
    with Names({"a.example": []}) as names:
        found = published("a.example", "", ["127.0.0.1"], names.port)
    assert (found.spf, found.dmarc, found.dkim) == ([], [], None)


def test_a_server_that_says_nothing_is_unknown_and_not_asked_again() -> None:
    with Names({}, mute=True) as names:
        found = published("a.example", "s", ["127.0.0.1"], names.port)
    assert (found.spf, found.dmarc, found.dkim) == (None, None, None)
    assert set(names.asked) == {"a.example"}
