"""STOP: nothing leaves any more, until somebody resumes."""

from commsvc.domain.letter.switches import Scope, Switch
from commsvc.flow.commands.matter import Matter


def stop(matter: Matter) -> str:
    account = matter.case.account_id
    reason = matter.command.argument or "no reason given"
    scope = (Scope.ACCOUNT, account) if account else (Scope.ALL, "")
    matter.store.records.turn(Switch(*scope, live=False, by=matter.person, reason=reason), matter.now)
    return (
        f"nothing leaves for {account or 'anybody'} until somebody resumes it; promises go on counting: write by hand"
    )
