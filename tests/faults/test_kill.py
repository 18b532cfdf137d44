"""kill -9 while mail comes in: nothing lost, nothing twice, and what is in doubt is listed.

Fifteen kills of three hundred mails; with COMMSVC_PROVE sixty of two thousand.
"""

import os
import sys

from tests.faults.house import House, shares

PROVE = bool(os.environ.get("COMMSVC_PROVE"))
MAILS, KILLS = (2000, 60) if PROVE else (300, 15)
SEED = 1701


def test_killed_again_and_again_it_keeps_every_mail_and_doubles_nothing(tmp_path, capsys):
    with House(tmp_path, MAILS, SEED) as house:
        house.start()
        house.connected()
        for number, share in enumerate(shares(MAILS, KILLS + 1)[:-1]):
            house.post(share)
            house.moment(number)
            house.kill()
            house.start()
        house.post(house.unposted)
        house.quiet(patience=60 + MAILS / 5)
        house.stop()
        found = house.verify()
        with capsys.disabled():
            sys.stdout.write(f"\nseed {SEED}: {found}\n")
        assert not found.faults
