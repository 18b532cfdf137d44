"""May we send for our own domain, as receivers see it in DNS?

Standards:  RFC 7208 (SPF: 3.2 and 4.5, one record), RFC 6376 (3.6.1 the key), RFC 7489 (6.6.3 one policy)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """The TXT records of a domain, of its `_dmarc`, and of the selector we sign with; None where DNS did not answer.

    `selector` is "" where we do not sign ourselves: then our mail server does, and its selector is not known here.
    """

    domain: str
    spf: Sequence[str] | None
    dmarc: Sequence[str] | None
    selector: str = ""
    dkim: Sequence[str] | None = None


def faults(p: Published) -> list[str]:
    """What receivers will hold against our mail, each in a sentence. What DNS did not answer is no fault."""
    return [*_spf(p), *_dmarc(p), *_dkim(p)]


def unknown(p: Published) -> list[str]:
    """What could not be asked."""
    asked = [("SPF", p.spf), ("DMARC", p.dmarc), *([("DKIM", p.dkim)] if p.selector else [])]
    return [name for name, records in asked if records is None]


def _spf(p: Published) -> Iterator[str]:
    found = [r for r in p.spf or () if r.lower().split(" ")[0] == "v=spf1"]
    if p.spf is not None and not found:
        yield f"{p.domain} has no SPF record: nobody can tell which servers may send for it"
    if len(found) > 1:
        yield f"{p.domain} has {len(found)} SPF records, so none of them counts"
    if any(word in ("all", "+all") for r in found for word in r.lower().split()):
        yield f"{p.domain} lets everybody send for it (SPF ends in +all)"


def _dmarc(p: Published) -> Iterator[str]:
    found = [r for r in p.dmarc or () if r.replace(" ", "").lower().startswith("v=dmarc1")]
    if p.dmarc is not None and not found:
        yield f"{p.domain} has no DMARC policy: forged mail in its name is taken for real"
    if len(found) > 1:
        yield f"{p.domain} has {len(found)} DMARC policies, so none of them counts"


def _dkim(p: Published) -> Iterator[str]:
    if not p.selector or p.dkim is None:
        return
    keys = [tag for r in p.dkim for tag in r.replace(" ", "").split(";") if tag.startswith("p=")]
    if not keys:
        yield f"{p.domain} publishes no DKIM key under {p.selector}._domainkey: what we sign fails"
    elif "p=" in keys:
        yield f"the DKIM key {p.selector}._domainkey.{p.domain} was revoked: what we sign fails"
