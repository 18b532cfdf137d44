"""Ask DNS what is published for the domain we send from.

A name that does not exist has no records; a server that does not answer is another thing, and said as such.
"""

from collections.abc import Sequence

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from commsvc.domain.health.sending import Published

_PATIENCE = 2.0


def published(domain: str, selector: str = "", servers: Sequence[str] = (), port: int = 53) -> Published:
    """SPF, DMARC and, for a selector, DKIM of a domain. `servers`: other ones than the system's."""
    resolver = _resolver(servers, port)
    texts = [domain, f"_dmarc.{domain}", *([f"{selector}._domainkey.{domain}"] if selector else [])]
    found: list[Sequence[str] | None] = []
    for name in texts:
        found.append(_texts(resolver, name) if None not in found else None)  # who does not answer is not asked again
    spf, dmarc, *dkim = found
    return Published(domain, spf, dmarc, selector, dkim[0] if dkim else None)


def _resolver(servers: Sequence[str], port: int) -> Resolver | None:
    try:
        resolver = Resolver(configure=not servers)
    except DNSException:  # no /etc/resolv.conf
        return None
    if servers:
        resolver.nameservers, resolver.port = list(servers), port
    resolver.lifetime = _PATIENCE
    return resolver


def _texts(resolver: Resolver | None, name: str) -> Sequence[str] | None:
    if resolver is None:
        return None
    try:
        answer = resolver.resolve(name, "TXT", search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException:
        return None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
