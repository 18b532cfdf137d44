"""A colleague is known by Exchange's mark and by every hop; no header that anybody can write is enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.domain.mail.internal import submitter

ONE, TWO = "ex01.corp.example", "ex02.corp.example"
OURS = {ONE, TWO}
MAPI = f"Received: from {ONE} ([fe80::1]) by {ONE}\r\n ([fe80::1%12]) with mapi id 15.02.1544.004; Mon, 23 Nov 2026 14:02:00 +0000"
INNER = f"Received: from {ONE} (10.0.0.5) by {TWO} (10.0.0.6)\r\n with Microsoft SMTP Server (TLS) id 15.2.1544.4; Mon, 23 Nov 2026"
OUTER = f"Received: from mail.evil.example (198.51.100.7) by {TWO} (10.0.0.6)\r\n with Microsoft SMTP Server id 15.2.1544.4; Mon"
FROM, AS, SOURCE = (
    "From: Olga <olga@corp.example>",
    "X-MS-Exchange-Organization-AuthAs: Internal",
    f"X-MS-Exchange-Organization-AuthSource: {ONE}",
)
HONEST = (INNER, MAPI, FROM, "To: support@corp.example", AS, SOURCE)


def written(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", "APPROVE", ""]).encode()


def test_what_was_submitted_from_a_mailbox_of_ours_is_proven():
    assert submitter(written(*HONEST), OURS) == "olga@corp.example"
    assert submitter(written(MAPI, FROM, AS, SOURCE), OURS) == "olga@corp.example"


FORGED = {
    "no server is configured": (HONEST, set()),
    "another server is configured": (HONEST, {TWO}),
    "it came from outside, with the marks": ((OUTER, FROM, AS, SOURCE), OURS),
    "the hops inside were written by a stranger": ((OUTER, INNER, MAPI, FROM, AS, SOURCE), OURS),
    "no server wrote a line": ((FROM, AS, SOURCE), OURS),
    "the first hop is SMTP, as from a relay": ((INNER, FROM, AS, SOURCE), OURS),
    "no mark": ((INNER, MAPI, FROM, SOURCE), OURS),
    "the mark says anonymous": ((INNER, MAPI, FROM, AS.replace("Internal", "Anonymous"), SOURCE), OURS),
    "two marks": ((INNER, MAPI, FROM, AS, AS.replace("Internal", "Anonymous"), SOURCE), OURS),
    "the same mark twice": ((INNER, MAPI, FROM, AS, AS, SOURCE), OURS),
    "no source": ((INNER, MAPI, FROM, AS), OURS),
    "the source is a stranger's": ((INNER, MAPI, FROM, AS, SOURCE.replace(ONE, "mail.evil.example")), OURS),
    "two sources": ((INNER, MAPI, FROM, AS, SOURCE, SOURCE), OURS),
    "a name that only begins like ours": ((MAPI.replace(f"by {ONE}", f"by {ONE}.evil.example"), FROM, AS, SOURCE), OURS),
    "two From lines": ((INNER, MAPI, FROM, "From: boss@corp.example", AS, SOURCE), OURS),
    "two authors": ((INNER, MAPI, "From: olga@corp.example, boss@corp.example", AS, SOURCE), OURS),
    "on behalf of somebody": ((INNER, MAPI, FROM, "Sender: ben@corp.example", AS, SOURCE), OURS),
    "the mark stands in the body": ((INNER, MAPI, FROM, "", AS, SOURCE), OURS),
    "a mark inside another header": ((INNER, MAPI, FROM, f"Subject: x\r\n {AS}\r\n {SOURCE}"), OURS),
    "our names in a comment": ((OUTER.replace("(198.51.100.7)", f"(from {ONE} by {ONE} with mapi)"), FROM, AS, SOURCE), OURS),
    "a claim of a name behind another": ((f"Received: from mail.evil.example from {ONE} by {ONE} with mapi id 1", FROM, AS, SOURCE), OURS),
    "a stranger who says our name": ((OUTER.replace("mail.evil.example", ONE), MAPI, FROM, AS, SOURCE), OURS),
    "no address of who handed it over": ((OUTER.replace("mail.evil.example (198.51.100.7)", ONE), MAPI, FROM, AS, SOURCE), OURS),
    "a line of the trace that nobody can read": ((INNER, "Received: (qmail 1 invoked by uid 0)", MAPI, FROM, AS, SOURCE), OURS),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "servers"), FORGED.values(), ids=FORGED)
def test_what_is_not_proven(lines, servers):
    assert submitter(written(*lines), servers) == ""


@pytest.mark.parametrize(
    "outer", [OUTER, OUTER.replace("mail.evil.example", ONE)], ids=["a stranger", "who says our name"]
)
@given(below=st.lists(st.sampled_from([*HONEST, OUTER, "", "Received: by nobody", SOURCE]), max_size=9))
def test_no_mail_that_a_stranger_handed_over_is_ever_proven(outer, below):
    """Whatever stands below it, the topmost line was written by our server and names where the mail came from."""
    assert submitter(written(outer, *below), OURS) == ""


@given(st.binary(max_size=300))
def test_reading_never_fails(raw):
    assert submitter(raw, OURS) == ""
