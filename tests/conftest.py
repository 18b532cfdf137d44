"""Fixtures that every test may use: the service in memory, and the real neighbours."""

import pytest

from tests.servers.fixtures import dovecot, ews, graph, issuer, postfix, postgres
from tests.stories.world import World

__all__ = ["dovecot", "ews", "graph", "issuer", "postfix", "postgres"]


@pytest.fixture
def world(tmp_path):
    """The whole service, live, with memory at its edges."""
    return World(tmp_path)
