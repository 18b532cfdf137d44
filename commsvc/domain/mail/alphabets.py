"""Which one-byte set a Latin text is in, by the alphabets of the languages that use it.

A set is certain when its reading gives words whose letters all belong to one language. So `b³¹d`
is no Western text but Polish (`błąd`), and `pøihlásit` Czech; what could be both stays as declared.

Source: Unicode CLDR, exemplar characters
"""

import re

_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "àçéèíïóòúü·", "àèéìíîòóùú", "áâãàçéêíóôúäöü", "áéëïóöüè",
    "åæøéöä", "åäöéü", "áéíóúýþæðö", "äöõüšž",
)  # fmt: skip
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ")
_SETS = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1254": ("çğıöşüâîû\u0307",),
}
_ALPHABETS = {codec: tuple(map(frozenset, alphabets)) for codec, alphabets in _SETS.items()}
_NO_WORD = re.compile(r"[^\W\d_][¡-§©¬®-³¶¹¼-¿×÷][^\W\d_]|[^\W\d_][¡-§¬±¶¼-¿](?!\d)|[^\x00-\x7f\W]{4}|[\x7f-\x9f]")
"""A sign inside a word or behind one, words without a plain letter, controls: no Latin text has them."""

_LETTERS = re.compile(r"[^\x00-\x7f\W]")
_NO_LETTERS = frozenset("ªµº¹²³¼½¾ƒ")


def latin(data: bytes) -> str | None:
    """The one-byte set that `data`, a Latin text, is certain to be in; None when none or several may be.

    Never raises; the first 64 KiB are looked at.
    """
    found: dict[str, str] = {}
    for codec in _ALPHABETS:
        text = data[:65536].decode(codec, "replace")
        if _fits(text, codec):
            if codec == "cp1252":
                return codec
            found.setdefault(text, codec)
    return next(iter(found.values())) if len(found) == 1 else None


def _fits(text: str, codec: str) -> bool:
    """Is `text` made of words of one language that writes in `codec`?"""
    text = text.lower().replace("õe", "oe")
    letters = frozenset(_LETTERS.findall(text)) - _NO_LETTERS
    return not _NO_WORD.search(text) and any(letters <= alphabet for alphabet in _ALPHABETS[codec])
