"""MINE, HANDOFF, DECLINE: who answers for a case."""

from commsvc.desk.offering import Offering
from commsvc.domain.promise.handoff import bar
from commsvc.flow.commands.matter import Matter

MANAGERS = frozenset(["support_manager", "escalation_manager"])


def take_offered(matter: Matter) -> str:
    """The person takes the case that is offered to them; "" when none is."""
    offering = Offering(matter.desk)
    offer = offering.standing(matter.case)
    if offer is None or offer.receiver != matter.person:
        return ""
    offering.accept(matter.case, offer, matter.now)
    return "the case is yours from now on; what is owed stays owed at its times"


def mine(matter: Matter) -> str:
    """Take a case: the one that is offered, or over the head of whoever owns it where the playbook allows that."""
    if taken := take_offered(matter):
        return taken
    offering = Offering(matter.desk)
    withdrawn = offering.withdraw(matter.case, matter.now)
    if matter.case.owner == matter.person:
        return "you keep it; the offer is taken back" if withdrawn else "it is yours already"
    offering.give(matter.case, matter.person, f"{matter.person} took it", matter.now)
    return "the case is yours from now on; its former owner is told and stands by as backup"


def handoff(matter: Matter) -> str:
    """Offer the case to a colleague; whoever owns it stays accountable until they take it."""
    wanted, _, reason = matter.command.argument.partition(":")
    receiver = matter.named(wanted)
    if receiver is None:
        return f"nothing was offered: “{wanted.strip()}” is not one of our people"
    receiver = matter.desk.staff(matter.now).person(receiver.address) or receiver
    load = matter.store.cases.load([receiver.address]).get(receiver.address, 0)
    giver, rules = matter.desk.directory.person(matter.person), matter.desk.rules(matter.case).ownership
    manager = giver is not None and not MANAGERS.isdisjoint(giver.roles)
    earlier = matter.store.staff.offers(matter.case.id)
    barred = bar(receiver, matter.case.owner, earlier, matter.owed(), load, rules.capacity, manager, matter.now)
    if barred is not None:
        return f"nothing was offered: {barred.value.format(to=receiver.name)}"
    said = " ".join(reason.split()) or "no reason was given"
    Offering(matter.desk).offer(matter.case, matter.person, receiver, said, 1, matter.now)
    return f"{receiver.name} is asked; until they take it, the owner stays accountable"


def decline(matter: Matter) -> str:
    """The person to whom a case is offered cannot take it: somebody else is asked."""
    offering = Offering(matter.desk)
    offer = offering.standing(matter.case)
    if offer is None or offer.receiver != matter.person:
        return "this case is not offered to you"
    return offering.decline(matter.case, offer, " ".join(matter.command.argument.split()), matter.now)
