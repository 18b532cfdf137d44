"""PGP inside a text: the armour of a clear-signed text comes off, cipher text is named.

Standards: RFC 9580 (6.2 armour, 7 the cleartext signature framework)
"""

import re

from commsvc.domain.mail.mail import SEALED

SIGNED = "signed, nobody here checks signatures"
_CIPHER = "-----BEGIN PGP MESSAGE-----"
_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_HEADERS = re.compile(r"\n(?:[A-Z][A-Za-z-]{1,30}: ?[^\n]{0,200}\n){0,5}[ \t]*\n")
_SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----[ \t]*$", re.MULTILINE)
_END = re.compile(r"^-----END PGP SIGNATURE-----[ \t]*\n?", re.MULTILINE)
_ESCAPED = re.compile(r"^- ", re.MULTILINE)


def taken_off(text: str, faults: list[str]) -> str:
    """`text` as its writer wrote it. That it was signed, or can not be read, is added to `faults`.

    What stands above and below the signed text stays. Armour that is quoted stays too: it is history.
    """
    if _CIPHER in text:
        faults.append(f"the text is encrypted (PGP), {SEALED}")
    begin = text.find(_BEGIN)
    if begin < 0 or (begin and text[begin - 1] != "\n"):
        return text
    head = _HEADERS.match(text, begin + len(_BEGIN))
    signature = _SIGNATURE.search(text, head.end()) if head else None
    if head is None or signature is None:
        return text
    faults.append(SIGNED)
    end = _END.search(text, signature.end())
    signed = _ESCAPED.sub("", text[head.end() : signature.start()])
    return text[:begin] + signed + (text[end.end() :] if end else "")
