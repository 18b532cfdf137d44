"""Fixtures that every test may use."""

import pytest

from tests.stories.world import World


@pytest.fixture
def world(tmp_path):
    """The whole service, live, with memory at its edges."""
    return World(tmp_path)
