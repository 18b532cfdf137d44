"""The very first mails of a new installation are news, by whichever door they come; what lay there before is history."""

from tests.faults.house import House

STATES = "SELECT COUNT(*) FROM raw_mail WHERE mailbox = ? AND state = ?"


def test_only_what_came_before_the_first_connection_is_history(tmp_path):
    with House(tmp_path, 6, seed=3) as house:
        house.post(2)
        house.delivered()
        house.later()
        house.start()
        house.connected()
        house.post(2)
        house.ready()
        house.hand(2)
        house.settled(6)
        assert house.count(STATES, "support", "ignored") == 2
        assert house.count(STATES, "support", "recorded") == 2
        assert house.count(STATES, "listener", "recorded") == 2
