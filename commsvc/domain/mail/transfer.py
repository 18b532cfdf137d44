"""Bodies without their transfer encoding, however broken they arrive.

Standards: RFC 2045 (6.7 quoted-printable, 6.8 base64); uuencode as POSIX has it
"""

import binascii
import re

_NOT_CODED = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"=+")
_BELOW = re.compile(
    rb"\n\r?\n(?=[^\r\n])(?!(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|={1,2})?[ \t]*(?:\r?\n|\Z))"
)
_AFTER_ALL = b"= \t\r\n"


def decoded(body: bytes, encoding: bytes, faults: list[str]) -> bytes:
    """`body` without its transfer `encoding` (lower case); what can not be decoded is added to `faults`."""
    if b"quoted-printable" in encoding:
        return binascii.a2b_qp(body)
    if b"base64" in encoding:
        return from_base64(body, faults)
    if b"uu" in encoding:
        return _from_uu(body, faults)
    return body


def from_base64(body: bytes, faults: list[str]) -> bytes:
    """Decode base64; text that a list server put below it stays readable.

    Padding in the middle ends a piece and not the text: some mailers encode line by line.
    """
    below = _BELOW.search(body) if b"\n\n" in body or b"\n\r\n" in body else None
    end = body.find(b"=")
    padded_inside = end >= 0 and body[end:].translate(None, _AFTER_ALL)
    if below is None and not padded_inside:
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            faults.append("an attachment or text is damaged (base64)")
    coded, rest = (body[: below.start()], body[below.end() :]) if below else (body, b"")
    found = b"".join(map(_piece, _PADDING.split(_NOT_CODED.sub(b"", coded))))
    return found + b"\n" + rest if rest.strip() else found


def _piece(letters: bytes) -> bytes:
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _from_uu(body: bytes, faults: list[str]) -> bytes:
    out: list[bytes] = []
    inside = False
    for line in body.splitlines():
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            try:
                out.append(binascii.a2b_uu(line))
            except binascii.Error:
                faults.append("an attachment is damaged (uuencode)")
                break
    return b"".join(out)
