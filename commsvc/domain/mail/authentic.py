"""Is the sender who the From line says? Answered from our own server's checks only.

Only an Authentication-Results header that carries *our* authserv-id and stands above the line
where the mail entered our servers is believed; everything below that line came with the mail.
A DKIM signature with `l=` covers a part of the body only, so it proves nothing about the words.

Standards: RFC 8601 (5 trust boundary, 2.2 syntax), RFC 7489 (3.1 alignment), RFC 6376 (8.2 `l=`)
"""

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import takewhile
from typing import Protocol

import authres

from commsvc.domain.mail.mail import Mail


class _Property(Protocol):
    type: str
    name: str
    value: str


class _Result(Protocol):
    method: str
    result: str
    properties: Sequence[_Property]


class _Header(authres.core.AuthenticationResultsHeader):  # type: ignore[misc]
    """The library's parser, which compiles some hundred patterns for each header, with each compiled once.

    Where neither white space nor a comment stands, none is looked for: nearly everywhere.
    """

    _parse_text: str

    def _parse_pattern(self, pattern: str) -> re.Match[str] | None:
        match = _compiled(pattern).match(self._parse_text)
        if match:
            self._parse_text = self._parse_text[match.end() :]
        return match

    def _parse_rfc5322_cfws(self) -> object:
        return super()._parse_rfc5322_cfws() if self._parse_text[:1] in _SPACE_OR_COMMENT else None


_SPACE_OR_COMMENT = frozenset(" \t\r\n(")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class Authenticity(Enum):
    """What our own server's checks prove about the sender."""

    PASS = "our server checked that the sender's domain sent it"  # noqa: S105 - a reason, no secret
    FAIL = "our server has not vouched for the sender's domain"
    UNKNOWN = "no authserv-id is configured"


_LONGEST = 4096
_SECOND_LEVEL = frozenset(
    ["ac", "co", "com", "edu", "gov", "gob", "go", "gouv", "mil", "ne", "net", "nom", "or", "org", "plc", "ltd", "sch"]
)
_INSIDE = tuple(
    ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10")
)
_BY = re.compile(r"\bby\s+([A-Za-z0-9.-]+)")
_FROM = re.compile(r"^\s*from\s+([A-Za-z0-9.-]+)")
_LITERAL = re.compile(r"\[(?:ipv6:)?([0-9a-f.:]+)\]", re.IGNORECASE)
_NAMED = re.compile(r"\(([A-Za-z0-9.-]+?)\.?\s+\[")
_TAG_D = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)", re.IGNORECASE)
_TAG_L = re.compile(r"(?:^|;)\s*l\s*=", re.IGNORECASE)


def authenticity(mail: Mail, authserv_id: str | None) -> Authenticity:
    """Say whether our server vouches for `mail.sender`. Never raises.

    `authserv_id` is the name our own mail server puts first in Authentication-Results;
    without one nothing can be believed and the answer is UNKNOWN, never PASS.
    Source: RFC 8601 section 5.
    """
    if not authserv_id or not authserv_id.strip():
        return Authenticity.UNKNOWN
    ours = authserv_id.strip().lower().rstrip(".")
    domain = mail.sender.domain
    if not domain or not mail.one_sender:
        return Authenticity.FAIL
    partial = _partly_signed(mail)
    proved = False
    for result in _believed(mail, ours):
        method, verdict = str(result.method).lower(), str(result.result).lower()
        props = {f"{p.type}.{p.name}".lower(): str(p.value).lower() for p in result.properties}
        if method == "dmarc" and verdict == "fail":
            return Authenticity.FAIL
        if verdict == "pass":
            proved |= _aligned(method, props, domain, partial)
    return Authenticity.PASS if proved else Authenticity.FAIL


def signed_in(mail: Mail, authserv_id: str | None) -> bool:
    """Did our server note that whoever sent this had signed in to it? Never raises.

    Where it names the user, that must be the sender. Source: RFC 8601 (2.7.4).
    """
    if not authserv_id or not mail.one_sender:
        return False
    for result in _believed(mail, authserv_id.strip().lower().rstrip(".")):
        if (str(result.method).lower(), str(result.result).lower()) == ("auth", "pass"):
            users = {str(p.value).lower() for p in result.properties if f"{p.type}.{p.name}".lower() == "smtp.auth"}
            return users <= {mail.sender.address, mail.sender.address.partition("@")[0]}
    return False


def _aligned(method: str, props: dict[str, str], domain: str, partial: frozenset[str]) -> bool:
    """Is a passed check about the From domain, and about the whole mail?"""
    if method == "dmarc":
        return props.get("header.from", domain) == domain and not any(same_organisation(d, domain) for d in partial)
    if method == "dkim":
        signer = props.get("header.d") or props.get("header.i", "").rpartition("@")[2]
        return signer not in partial and same_organisation(signer, domain)
    if method == "spf":
        sender = props.get("smtp.mailfrom") or props.get("smtp.mail", "")
        return same_organisation(sender.rpartition("@")[2], domain)
    return False


def same_organisation(one: str, other: str) -> bool:
    """Are two domains equal, or is one below the other? A public suffix is nobody's domain."""
    one, other = one.strip(".").lower(), other.strip(".").lower()
    short, long = sorted((one, other), key=len)
    return not _is_suffix(short) and (short == long or long.endswith("." + short))


def _is_suffix(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) == 2:
        return len(labels[1]) == 2 and labels[0] in _SECOND_LEVEL
    return len(labels) < 2


def _believed(mail: Mail, ours: str) -> list[_Result]:
    """Every result our server wrote, that is: above the border Received, with our id."""
    found: list[_Result] = []
    above = takewhile(lambda h: h[0] != "received" or _is_inside(h[1], ours), mail.trace)
    for value in [v for name, v in above if name == "authentication-results"]:
        if len(value) > _LONGEST:
            continue
        try:
            header = _Header.parse_value(authres.core_features(), value)
        except (authres.AuthResError, RecursionError):
            continue
        if str(header.authserv_id).lower().rstrip(".") == ours:
            found += [r for r in header.results if hasattr(r, "method")]  # `none` says nothing
    return found


def _is_inside(received: str, ours: str) -> bool:
    """Did one of our servers hand the mail to another? Then the border lies further down.

    The name in `from` is claimed by the client, so it counts only where the server noted no
    address, a private address, or an address it resolved to one of our names.
    """
    received = received[:_LONGEST]
    by, sender = _BY.search(received), _FROM.search(received)
    if by is None or not _is_ours(by[1], ours):
        return False
    if re.search(r"\bwith\s+U?[LS]?LMTP", received, re.IGNORECASE):
        return True
    literal, named = _LITERAL.search(received), _NAMED.search(received)
    if literal is None:
        return sender is None or _is_ours(sender[1], ours)
    if private(literal[1]):
        return True
    return bool(named and _is_ours(named[1], ours) and "may be forged" not in received)


def private(literal: str) -> bool:
    """Is this the address of a machine inside, which no stranger outside can have?"""
    try:
        address = ip_address(literal)
    except ValueError:
        return False
    return any(address in net for net in _INSIDE if net.version == address.version)


def _is_ours(host: str, ours: str) -> bool:
    host = host.lower().rstrip(".")
    parent = ours.partition(".")[2]
    home = ours if _is_suffix(parent) else parent
    return host in (ours, home) or host.endswith(("." + home, "." + ours))


def _partly_signed(mail: Mail) -> frozenset[str]:
    """The domains whose DKIM signature covers only the first bytes of the body."""
    signatures = [v[:_LONGEST] for name, v in mail.trace if name == "dkim-signature"]
    domains = (_TAG_D.search(s) for s in signatures if _TAG_L.search(s))
    return frozenset(d[1].lower() for d in domains if d)
