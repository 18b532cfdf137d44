"""What counts as issued by us in a world: the references of its cases, wherever a mail carries them.

The real tokens carry a MAC; a world's are believed, in a trial only, which sends nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from commsvc.domain.letter.letter import Audience, State, Wish
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Store

_REF = r"(ESC-\d{4}-\d+)"


@dataclass(frozen=True)
class Issued(Mint):
    """A mint that also knows the references of a world. `cases`: the id of each reference that exists by now."""

    store: Store | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)

    def case_of(self, address: str) -> int | None:
        """The case of `anything+REF.token@our.domain`; a token that the world does not give to that case is none."""
        found = re.fullmatch(rf"[^+@]+\+{_REF}\.([\w]+)@{re.escape(self.domain)}", address, re.IGNORECASE)
        if found is None:
            return super().case_of(address)
        ref = found[1].upper()
        given = self.tokens.get(ref)
        return self.cases.get(ref) if given is None or given == found[2].lower() else None

    def letter_of(self, message_id: str) -> int | None:
        """The letter that `<REF.anything@our.domain>` names; it is made when it is first spoken of."""
        found = re.fullmatch(rf"{_REF}\.[\w.-]+@{re.escape(self.domain)}", message_id, re.IGNORECASE)
        if found is None:
            return super().letter_of(message_id)
        return self._letter(found[1].upper(), message_id)

    def bounced_letter_of(self, address: str) -> int | None:
        found = re.fullmatch(rf"bounce\+{_REF}\.[\w.-]+@{re.escape(self.domain)}", address, re.IGNORECASE)
        return self._letter(found[1].upper(), address) if found else super().bounced_letter_of(address)

    def _letter(self, ref: str, key: str) -> int | None:
        case_id = self.cases.get(ref)
        if case_id is None or self.store is None:
            return None
        case, key = self.store.cases.get(case_id), f"issued:{key.lower()}"
        subject = Subject("case", case_id)
        wish = Wish("update_progress", subject, Audience.CUSTOMER, case.contact, key)
        fresh = self.store.letters.wish(wish, case.opened_at)
        letter = next(x for x in self.store.letters.of(subject) if x.wish.key == key)
        if fresh:
            self.store.letters.change(replace(letter, state=State.SENT), letter.state)
        return letter.id
