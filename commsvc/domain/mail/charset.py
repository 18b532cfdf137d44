"""Bytes to text: the declared character set where it fits, otherwise the one that does.

Only character sets on a list are used, since Python's own codecs (`unicode_escape`, `rot13`,
`zip`) turn harmless bytes into something else; of UTF-7 only what is no markup is decoded. A
declaration is overruled when the bytes contradict it: valid UTF-8 declared as Latin-1, pairs of
high bytes declared as Latin-1.

Standards: RFC 2046 (4.1.2), WHATWG Encoding (labels: `iso-8859-1` and `ascii` mean windows-1252)
"""

import binascii
import codecs
import re

from charset_normalizer import from_bytes

from commsvc.domain.mail.alphabets import latin

_ALIAS = {
    "ascii": "ascii", "us-ascii": "ascii", "ansi_x3.4-1968": "ascii", "646": "ascii",
    "utf8": "utf-8", "utf-8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252", "ansi": "cp1252",
    "iso-8859-15": "iso8859-15", "latin9": "iso8859-15", "iso-8859-9": "cp1254",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "gb_2312-80": "gb18030", "cp936": "gb18030", "euc-cn": "gb18030", "hz-gb-2312": "hz",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "cp932": "cp932", "ms_kanji": "cp932", "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "cp949": "cp949", "ksc5601": "cp949",
    "ks_c_5601": "cp949", "windows-949": "cp949", "iso-2022-kr": "iso2022_kr",
    "koi8-r": "koi8_r", "koi8-u": "koi8_u", "koi8r": "koi8_r", "windows-874": "cp874",
    "tis-620": "cp874", "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "mac": "mac_roman",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "ibm850": "cp850",
    "cp850": "cp850", "cp437": "cp437", "ibm437": "cp437", "cp866": "cp866",
}  # fmt: skip
_FAMILY = re.compile(r"(?:windows-|cp|x-cp|win-)?(125[0-8])\Z|iso[-_]?8859[-_](\d{1,2})(?:-[ie])?\Z")
_CONTROLS = re.compile(rb"[\x80-\x9f]")
_UNUSED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF7 = ("utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "unicode-2-0-utf-7", "csunicode11utf7")
_SHIFTED = re.compile(r"\+([A-Za-z0-9+/]{0,400})-?")
_AS_BYTES = {ord(bytes([n]).decode("cp1252")): n for n in range(0x80, 0xA0) if not _UNUSED.match(bytes([n]))}
_TWICE = re.compile(f"[\u00c2-\u00f4][\u0080-\u00bf{''.join(map(chr, _AS_BYTES))}]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_WESTERN = frozenset(range(128)) | frozenset(
    "äöüÄÖÜßéÉàâçêëîïôûùèÀÈÇ€“”„–—’‘…«»°§·©®£åÅæÆøØñáíóúÑÓÍÁ¿¡ãõºª\xa0´•²".encode("cp1252")
)
_SAME_LANGUAGE = {"iso2022_jp_ext": ("cp932", "euc_jp"), "cp932": ("euc_jp",), "euc_jp": ("cp932",)}
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256",
               "cp932", "gb18030", "big5", "cp949"]  # fmt: skip
_EAST = ("gb18030", "cp932", "big5hkscs", "cp949", "euc_jp")


def known(declared: str) -> str | None:
    """Python's name of a declared character set on the list; None when it is not on it."""
    label = declared.strip().strip("\"'").lower()
    found = _ALIAS.get(label)
    if found is None:
        match = _FAMILY.match(label)
        if match:
            found = f"cp{match[1]}" if match[1] else f"iso8859-{match[2]}"
            try:
                codecs.lookup(found)
            except LookupError:
                return None
    return found


def decode(data: bytes, declared: str | None) -> tuple[str, bool]:
    """Text of `data` without U+0000, and whether the declaration was missing or wrong. Never raises."""
    text, repaired = _decoded(data, declared)
    if _TWICE.search(text) and (once := _once(text)) is not None:
        text, repaired = once, True
    return (text.replace("\0", "") if "\0" in text else text), repaired


def _once(text: str) -> str | None:
    """Text that was encoded twice (`GrÃ¼ÃŸe` for `Grüße`) as it was meant; None unless that is certain.

    Certain: every character beyond ASCII is part of UTF-8 read as Latin, in three words or in most of
    them. A mail that only shows such a word, as reports about character sets do, stays as it is.
    """
    words = text.split()
    twice = sum(_TWICE.search(word) is not None for word in words)
    if twice < 3 and twice * 2 < len(words):
        return None
    try:
        return text.translate(_AS_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _decoded(data: bytes, declared: str | None) -> tuple[str, bool]:
    if declared is not None and declared.strip("\"' ").lower() in _UTF7:
        return _harmless_utf7(data.decode("ascii", "replace")), False
    if data.isascii() and b"\x1b" not in data and b"~{" not in data:
        wide = declared is not None and "16" in declared
        if not wide or b"\0" not in data:
            return data.decode("ascii"), False
    codec = known(declared) if declared else None
    if codec == "utf-8":
        return _utf8(data)
    if codec is not None and codec != "ascii":
        text = _strict(data, codec)
        if text is not None and not _contradicted(data, codec):
            return text, False
    if b"\x1b$" in data or b"\x1b(" in data:
        text = _strict(data, "iso2022_jp_ext")
        if text is not None:
            return text, True
    return guess(data, codec), True


def _harmless_utf7(text: str) -> str:
    """UTF-7 as old Outlook wrote it. What would become markup or a control stays encoded.

    Source: RFC 2152; the danger is that harmless bytes turn into `<script>`.
    """
    return _SHIFTED.sub(_unshifted, text)


def _unshifted(match: re.Match[str]) -> str:
    if not match[1]:
        return "+"
    coded = match[1] + "A" * (-len(match[1]) % 4)
    size = len(match[1]) * 6 // 16 * 2
    try:
        shown = binascii.a2b_base64(coded)[:size].decode("utf-16-be")
    except (binascii.Error, UnicodeError):
        return match[0]
    return match[0] if any(c in "<>&" or not (c.isprintable() or c == "\xa0") for c in shown) else shown


def _utf8(data: bytes) -> tuple[str, bool]:
    text = _strict(data, "utf-8")
    if text is not None:
        return text, False
    shown = data.decode("utf-8", "replace")
    broken = shown.count("\ufffd")
    if broken * 4 <= len(_HIGH.findall(data)):
        return shown, True
    return guess(data), True


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return data.decode(codec, "replace") if codec == "cp1252" else None


def _contradicted(data: bytes, codec: str) -> bool:
    """Does a one-byte declaration contradict the bytes? Every byte fits it, so look at pairs."""
    if codec in _EAST or codec.startswith(("iso2022", "utf", "hz")):
        return False
    try:
        data.decode("utf-8")
    except UnicodeError:
        if codec.startswith("iso8859") and _CONTROLS.search(data):
            return True
        return codec in ("cp1252", "iso8859-15") and (_paired(data) or latin(data) not in (None, "cp1252"))
    return True


def _paired(data: bytes) -> bool:
    """Are most high bytes in long runs, or unused in Latin, as in East Asian text only?"""
    if len(_UNUSED.findall(data[:65536])) >= 3:
        return True
    runs = [len(run) for run in _HIGH.findall(data[:65536])]
    high = sum(runs)
    return high >= 8 and sum(n for n in runs if n >= 4) * 10 >= high * 8


def guess(data: bytes, hint: str | None = None, context: bytes = b"") -> str:
    """The most likely text of undeclared bytes: UTF-8, the hint, East Asian, then detection.

    `context`: more bytes of the same mail, for judging a short subject by a longer body.
    """
    if data.isascii():
        return data.decode("ascii")
    text = _strict(data, "utf-8")
    if text is not None:
        return text
    if hint and hint != "ascii" and not _contradicted(data, hint):
        text = _strict(data, hint)
        if text is not None:
            return text
    certain = latin(data)
    if certain:
        return data.decode(certain, "replace")
    sample = (data + b"\n" + context)[:4096]
    for found in (
        *_SAME_LANGUAGE.get(hint or "", ()),
        _eastern(sample) if _paired(sample) else None,
        _detected(sample),
    ):
        text = _strict(data, found) if found else None
        if text is not None:
            return text
    return data.decode("cp1252", "replace").replace("\ufffd", "")


def _eastern(sample: bytes) -> str | None:
    """The East Asian set that gives the most everyday characters; None when none fits."""
    best, best_score = None, 0.5
    for codec in _EAST:
        text = _strict_start(sample, codec)
        if text is None:
            continue
        wide = [c for c in text[:2000] if c > "\x7f"]
        score = sum(_everyday(c) for c in wide) / max(len(wide), 1)
        if score > best_score:
            best, best_score = codec, score
    return best


def _strict_start(sample: bytes, codec: str) -> str | None:
    """Like `_strict`, for a sample whose last character may be cut."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        return decoder.decode(sample)
    except UnicodeError:
        return None


_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术極請問題連絡確認時間本日願致場合株式会社様御電話件送信返事"
)


def _everyday(char: str) -> float:
    if "\u3040" <= char <= "\u30ff" or char in "、。「」，！？：・ー　":
        return 1.3
    if "\uac00" <= char <= "\ud7a3":
        return 1.0
    if char in _COMMON:
        return 1.4
    return 0.6 if "\u4e00" <= char <= "\u9fff" else -1.0


def _detected(sample: bytes) -> str | None:
    """A one-byte set; the detector is asked only when there is enough to go by."""
    high = sum(map(len, _HIGH.findall(sample)))
    letters = [byte >= 0xC0 for byte in sample if byte >= 0xC0 or 65 <= byte <= 122]
    if high < 6 or (sum(letters) * 2 < len(letters) and _WESTERN.issuperset(sample)):
        return None
    found = from_bytes(sample, cp_isolation=_CANDIDATES, threshold=0.4).best()
    return found.encoding if found is not None else None
