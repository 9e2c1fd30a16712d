"""Fixtures of the client's unit tests."""

import pytest
from tests.support.scripted_gateway import ScriptedGateway


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()
