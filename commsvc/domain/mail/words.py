"""Encoded words in headers: `=?utf-8?q?Gr=C3=BC=C3=9Fe?=` is `Grüße`.

Reads them where they strictly may not stand too (inside quotes, glued to text), since
mailers put them there. A character cut in two by an encoder is put together again.

Standards: RFC 2047, RFC 2231 (5 language suffix)
"""

import binascii
import re

from commsvc.domain.mail import charset

_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?\s]*){0,3})\?=")


def decode_words(text: str) -> str:
    """Decode every encoded word in `text`; what is no encoded word stays. Never raises."""
    if "=?" not in text:
        return text
    out: list[str] = []
    held, held_set, at = b"", "", 0
    for match in _WORD.finditer(text):
        gap = text[at : match.start()]
        data = _bytes(match[2], match[3])
        name = match[1].partition("*")[0].lower()
        if at and not gap.strip() and held_set == name:
            held += data
        else:
            if held_set:
                out.append(charset.decode(held, held_set)[0])
            if not (at and not gap.strip()):
                out.append(gap)
            held, held_set = data, name
        at = match.end()
    if held_set:
        out.append(charset.decode(held, held_set)[0])
    out.append(text[at:])
    return "".join(out)


def _bytes(how: str, coded: str) -> bytes:
    data = coded.encode("utf-8", "surrogateescape")
    if how in "qQ":
        return binascii.a2b_qp(data.replace(b" ", b"=20"), header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]+", b"", data)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
