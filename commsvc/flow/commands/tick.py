"""Carry out what people asked for, by mail, page or command line: one row, one function, one answer.

Who asked was proven where the command came in; whether they may is judged here, the same for every
channel. What happened, or why not, goes back in words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.commands.agreeing import answered
from commsvc.flow.commands.matter import Matter
from commsvc.flow.commands.words import say
from commsvc.ports import Claim

log = structlog.get_logger(__name__)
BATCH = 100
LEASE = timedelta(minutes=5)
STRIKES = 3


@dataclass(frozen=True)
class Commands:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Carry out what waits; returns how many commands were taken up."""
        with self.desk.store.transaction():
            claims = self.desk.store.records.claim_commands(now, BATCH, LEASE)
        for claim in claims:
            self._one(claim, now)
        return len(claims)

    def _one(self, claim: Claim[Command], now: datetime) -> None:
        command, store = claim.row, self.desk.store
        try:
            with store.transaction():
                outcome = self._carry_out(command, now)
                self._done(claim, outcome, now)
        except Exception as why:
            log.exception("a command could not be carried out", command=command.id)
            if claim.attempts >= STRIKES:
                with store.transaction():
                    self._done(claim, f"it could not be carried out: {type(why).__name__}", now)

    def _done(self, claim: Claim[Command], outcome: str, now: datetime) -> None:
        command, store = claim.row, self.desk.store
        store.records.carried_out(claim, outcome)
        said = f"{command.verb.value} {command.argument}".strip()
        store.records.write(Entry(command.subject, now, command.verb.value.lower(), outcome, command.person,
                                  f"by {command.channel.value}", said[:500]))  # fmt: skip
        if command.channel is Channel.MAIL and command.subject.kind == "case":
            note = f"{command.verb.value}: {outcome}"
            store.letters.wish(
                Wish("outcome", command.subject, Audience.INTERNAL, command.person, f"outcome:{command.id}", note=note),
                now,
            )

    def _carry_out(self, command: Command, now: datetime) -> str:
        if command.subject.kind == "playbook":
            return answered(self.desk, command, now)
        if command.subject.kind != "case":
            return "there is no case behind this letter"
        case = self.desk.store.cases.get(command.subject.id)
        letter = self.desk.store.letters.get(command.letter_id) if command.letter_id else None
        return say(Matter(self.desk, command, case, letter, now))
