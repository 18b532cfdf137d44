"""The language a text is written in, for choosing the language of an answer.

Counts small everyday words; scripts decide where they can. None when it is not clear.
"""

import re

_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SMALL: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and is to of you we for this that have are with not it our your please was can i",
        "de": "und der die das ist nicht wir sie ich ein eine mit für auf es den zu bitte haben von",
        "fr": "le la les et est pas nous vous je une des pour que dans sur du au avec ne bonjour",
        "es": "el los las es no que para por una con del se hola nos usted está gracias como pero en",
        "it": "il gli che non per una con del sono della di è ciao grazie abbiamo questo si ho come",
        "pt": "o os as não que para uma com do da em é olá você obrigado nos está um por são",
        "nl": "de het een en is niet wij ik van op dat voor met zijn u bij aan graag hebben ook",
        "sv": "och det är inte vi jag att en på som med för har hej till den av ni tack kan",
        "da": "og det er ikke vi jeg at en på som med for har hej til den af tak kan mig",
        "nb": "og det er ikke vi jeg at en på som med for har hei til den av takk kan meg",
        "pl": "i w nie na się jest że do to z dzień dobry proszę mam czy jak za dla są od",
    }.items()
}


def language(text: str) -> str | None:
    """ISO 639-1 code of `text`, None when it is too short or mixed. Never raises."""
    sample = text[:3000]
    if _KANA.search(sample):
        return "ja"
    if len(_HAN.findall(sample)) * 5 > max(len(sample.split()), 16):
        return "zh"
    words = _WORD.findall(sample.lower())[:300]
    if not words:
        return None
    scores = sorted(((sum(map(small.__contains__, words)), code) for code, small in _SMALL.items()), reverse=True)
    best, second = scores[0], scores[1]
    if best[0] < 2 or best[0] * 12 < len(words) or best[0] == second[0]:
        return None
    return best[1]
