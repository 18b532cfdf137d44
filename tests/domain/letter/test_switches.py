"""Stop is the safe state: a letter leaves when its mailbox, its account and its kind are all live."""

import pytest

from commsvc.domain.letter.switches import Position, Scope, Switch, Switches


def on(scope, name=""):
    return Switch(scope, name, live=True)


def off(scope, name=""):
    return Switch(scope, name, live=False, by="sam", reason="wrong numbers")


THREE = (on(Scope.MAILBOX, "support"), on(Scope.ACCOUNT, "A"), on(Scope.LETTER, "acknowledge"))
CASE = ("support", "A")


@pytest.mark.parametrize(
    ("positions", "letter", "case", "position"),
    [
        ((), "acknowledge", CASE, Position.WATCHING),
        ((on(Scope.ALL),), "acknowledge", CASE, Position.LIVE),
        (THREE, "acknowledge", CASE, Position.LIVE),
        (THREE, "acknowledge", ("support", "B"), Position.WATCHING),
        (THREE, "acknowledge", ("billing", "A"), Position.WATCHING),
        (THREE, "update_progress", CASE, Position.WATCHING),
        (THREE[1:], "acknowledge", CASE, Position.WATCHING),
        ((on(Scope.MAILBOX, "*"), on(Scope.ACCOUNT, "*"), on(Scope.LETTER, "*")), "acknowledge", CASE, Position.LIVE),
        ((on(Scope.LETTER, "exec_daily"),), "exec_daily", None, Position.LIVE),
        ((on(Scope.ALL), off(Scope.ACCOUNT, "A")), "acknowledge", CASE, Position.STOPPED),
        ((on(Scope.ALL), off(Scope.ACCOUNT, "A")), "acknowledge", ("support", "B"), Position.LIVE),
        ((on(Scope.ALL), off(Scope.MAILBOX, "support")), "acknowledge", CASE, Position.STOPPED),
        ((on(Scope.ALL), off(Scope.LETTER, "acknowledge")), "acknowledge", CASE, Position.STOPPED),
        ((off(Scope.ALL),), "exec_daily", None, Position.STOPPED),
    ],
)
def test_a_letter_leaves_when_all_three_are_live_and_none_is_stopped(positions, letter, case, position):
    found, reason = Switches(positions).judge(letter, case)
    assert found is position
    assert bool(reason) == (position is Position.STOPPED)


def test_a_mailbox_is_touched_only_when_it_is_live():
    assert not Switches().mailbox_live("support")
    assert Switches(THREE).mailbox_live("support")
    assert not Switches(THREE).mailbox_live("billing")
    assert Switches((on(Scope.ALL),)).mailbox_live("billing")


def test_a_resume_takes_back_the_stop_and_widens_nothing():
    resume = Switch(Scope.ALL, "", live=False, resumes=True)
    assert Switches.after([*THREE, off(Scope.ALL), resume]).judge("acknowledge", CASE)[0] is Position.LIVE
    assert Switches.after([*THREE, off(Scope.ALL), resume]).judge("update_progress", CASE)[0] is Position.WATCHING
    assert Switches.after([off(Scope.ALL), resume]).judge("acknowledge", CASE)[0] is Position.WATCHING
    assert Switches.after([*THREE, off(Scope.ALL)]).judge("acknowledge", CASE)[0] is Position.STOPPED
