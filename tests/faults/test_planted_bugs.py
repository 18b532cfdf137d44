"""The verifier bites: with a known fault in the daemon, and the same kills, it says so."""

import pytest

from tests.faults.house import House, shares

MAILS, KILLS = 40, 4


@pytest.mark.parametrize(
    ("bug", "point", "expected"),
    [
        ("blind_resend", "answered", {"sent twice", "receipts"}),
        ("mark_before_commit", "filed", {"lost", "case missing", "ledger"}),
        ("no_dedupe", "half_settled", {"recorded twice", "message", "case opened twice"}),
    ],
)
def test_a_planted_bug_is_found(tmp_path, bug, point, expected):
    with House(tmp_path, MAILS, seed=9) as house:
        house.start("--bug", bug)
        house.connected()
        house.kill()
        for share in shares(MAILS, KILLS)[:-1]:
            house.post(share)
            house.delivered()
            house.start("--bug", bug, "--kill", f"{point}:1")
            house.died()
        house.start("--bug", bug)
        house.post(house.unposted)
        house.calm(patience=30)
        found = house.verify()
        assert expected <= found.faults.keys(), found
