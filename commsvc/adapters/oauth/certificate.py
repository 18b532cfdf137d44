"""How long a certificate is good: a PEM file in, its last whole day out. Raises OSError or ValueError where there is none."""

from datetime import date
from pathlib import Path

from cryptography import x509


def last_day(path: Path) -> date:
    """The day in UTC on which the first certificate of the file ends."""
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.date()
