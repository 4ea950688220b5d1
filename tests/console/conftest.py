"""A console whose stack knows a provider of sign-ins."""

import pytest

from shared.store import engine
from tests.support.console_visitor import open_console
from tests.support.http_events import NOW
from tests.support.oidc_browser import BASE
from tests.support.oidc_provider import configure_provider, running_provider


@pytest.fixture
def console(tables, monkeypatch):
    engine.open_tables()
    open_console(monkeypatch)
    monkeypatch.setenv("BASE_URL", BASE)


@pytest.fixture
def provider(console, monkeypatch):
    with running_provider(lambda: NOW) as openid_provider:
        configure_provider(monkeypatch, openid_provider.issuer)
        yield openid_provider
