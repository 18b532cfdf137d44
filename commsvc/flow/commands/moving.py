"""RESOLVE: the words that move a case from stage to stage."""

from commsvc.domain.playbook.words import Kind
from commsvc.flow.commands.matter import Matter


def resolve(matter: Matter) -> str:
    case = matter.case
    if not case.stage.open:
        return "the case is not open"
    owed = next((p.id for p in matter.owed() if p.kind is Kind.NEXT_UPDATE), None)
    note = " ".join(matter.command.argument.split())
    matter.wish("resolution_proposed", f"proposal:case:{case.id}:{matter.command.id}", owed, note)
    return "a letter that proposes the solution is being written; you approve it before it goes"
