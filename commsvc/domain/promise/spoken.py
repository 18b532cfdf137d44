"""What one of ours promised in their own words: the instants by which they said that the customer hears from them.

A promise is a sentence in the first person that names an instant to come. A question, or a sentence that asks the customer
for something, promises nothing. A time is read in the zone that the sentence names, else in the customer's.
Languages: en, de, fr, es, ja.
"""

import re
from datetime import datetime

from commsvc.domain.case.deadline import instants
from commsvc.domain.playbook.lexicon import fold

_SENTENCE = re.compile(r"(?<=[!?。])\s*|(?<=[^\d\W][.])\s+|\n{2,}|(?<=\d[.])\s+(?=[A-ZÄÖÜÉÀ])")
_US = re.compile(
    r"\b(?:i|we|i'll|we'll|you(?:'ll| will) (?:hear|have|get|receive)|next update|ich|wir|melde|melden|nächste (?:meldung|nachricht)|je|j'|nous"
    r"|prochaine? (?:nouvelle|point)|yo|nosotros|les (?:informar|escribir|llamar)\w+|le (?:informar|escribir|llamar)\w+|próxima (?:noticia|actualización))"
    r"|(?:ご連絡|ご報告|お送り|お知らせ)(?:いた|し|致)"
)
_ASKS = re.compile(
    r"\?|\b(?:please|could you|can you|would you|bitte|könnten sie|können sie|veuillez|pouvez-vous|merci de|por favor|pueden?|podría\w*)\b"
    r"|(?:ください|お願い|いただけ)"
)
_DID = re.compile(r"\b(?:received|got|was|were|had|wrote|erhielt\w*|war|hatte\w*|était|avons reçu|recib\w+)\b")
_WHOSE = re.compile(r"\bfrom (?:me|us)\b")
"""No "from" of a time that is over."""
_ZONES = {
    "utc": "UTC", "gmt": "UTC", "cet": "Europe/Berlin", "cest": "Europe/Berlin", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "bst": "Europe/London", "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles", "jst": "Asia/Tokyo",
}  # fmt: skip
_ZONE = re.compile(rf"\d\s?(?:h|uhr|a\.?m\.?|p\.?m\.?)?\s?\(?({'|'.join(_ZONES)})\b")


def promised(text: str, at: datetime, zone: str) -> datetime | None:
    """The first instant after `at` by which the writer owes word; None when they named none.

    `text`: what they wrote themselves, without quotes; `zone`: the customer's, an IANA name.
    """
    found = [
        i.at
        for sentence in (_WHOSE.sub(" ", fold(s)).rstrip(" .!。") for s in _SENTENCE.split(text) if s.strip())
        if _US.search(sentence) and not _ASKS.search(sentence) and not _DID.search(sentence)
        for i in instants(sentence, at, _zone(sentence) or zone)
    ]
    return min(found, default=None)


def _zone(sentence: str) -> str:
    named = _ZONE.search(sentence)
    return _ZONES[named[1]] if named else ""
