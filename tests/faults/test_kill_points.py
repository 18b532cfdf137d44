"""The daemon dies exactly between two steps; each time the next one finds what it left, and nothing is twice."""

import sys

from tests.faults.house import House
from tests.faults.planted.points import POINTS

A_POINT = 3
LEFT = {
    "raw_committed": ("SELECT COUNT(*) FROM raw_mail WHERE state = 'new'", 1),
    "filed": ("SELECT COUNT(*) FROM raw_mail WHERE state = 'new'", 1),
    "mail_claimed": ("SELECT COUNT(*) FROM raw_mail WHERE state = 'new' AND lease_until > 0", 1),
    "half_settled": ("SELECT COUNT(*) FROM raw_mail WHERE state = 'new' AND lease_until > 0", 1),
    "letter_claimed": ("SELECT COUNT(*) FROM letter WHERE state = 'ready to send' AND lease_until > 0", 1),
    "sending_committed": ("SELECT COUNT(*) FROM letter WHERE state = 'being sent'", 1),
    "dot_committed": ("SELECT COUNT(*) FROM letter WHERE state = 'handed over, no answer yet'", 1),
    "answered": ("SELECT COUNT(*) FROM letter WHERE state = 'handed over, no answer yet'", 1),
}
"""What each point leaves in the database: a question, and the least that is the answer."""


def test_every_point_is_left_behind_by_somebody():
    assert LEFT.keys() == POINTS.keys()


def test_whatever_a_crash_leaves_is_taken_up_once(tmp_path, capsys):
    with House(tmp_path, A_POINT * (len(LEFT) + 1), seed=7) as house:
        house.start()
        house.connected()
        house.post(A_POINT)
        house.quiet(patience=30)
        house.stop()
        for point, (left, least) in LEFT.items():
            house.post(A_POINT)
            house.delivered()
            house.start("--kill", f"{point}:1")
            house.died()
            assert house.count(left) >= least, f"{point} left nothing behind"
            if point == "raw_committed":
                assert house.marked() < house.count("SELECT COUNT(*) FROM raw_mail"), "it was marked before the kill"
        for _ in range(2):  # what is in doubt stays so, however often it starts
            house.start()
            house.quiet(patience=60)
            house.stop()
        found = house.verify()
        with capsys.disabled():
            sys.stdout.write(f"\none kill at each of {', '.join(LEFT)}: {found}\n")
        assert not found.faults
        assert sorted(copies for _, copies in found.doubt) == [0, 1]  # dot_committed did not go, answered did
