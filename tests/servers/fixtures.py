"""The neighbours as fixtures, started once a session when the first test asks for one."""

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.ews.server import Ews
from tests.servers.graph.server import Graph
from tests.servers.issuer import Issuer
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """IMAP and LMTP, shared: take a mail user of your own with `dovecot.new_user`."""
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """SMTP in front of `dovecot`."""
    with Postfix(dovecot.lmtp_port, auth_port=dovecot.auth_port) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Databases: take a new one with `postgres.database()`."""
    with Postgres() as server:
        yield server


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """Tokens, and everything that goes wrong with them."""
    with Issuer() as server:
        yield server


@pytest.fixture
def graph(issuer: Issuer) -> Iterator[Graph]:
    """Microsoft Graph. A test that asked for something in a way that Graph forbids fails at its end."""
    with Graph(issuer) as server:
        yield server
        assert server.problems == [], server.problems


@pytest.fixture
def ews() -> Iterator[Ews]:
    """An Exchange Server with one mailbox. A test that asked for something Exchange could not read fails at its end."""
    with Ews() as server:
        server.add("support@support.test")
        yield server
        assert server.problems == [], server.problems
