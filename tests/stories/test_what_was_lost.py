"""Deliveries are lost on the way: does the shop have to notice, and what does it do then?"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from shared.webhooks import PROVIDERS
from tests.support.contract import LIVES, Told
from tests.support.contracts import CONTRACTS
from tests.support.processor_lists import serve_lists
from tests.support.processor_market import Market, open_market
from tests.support.running_cloud import ROOT

EVERY = [name for name, provider in PROVIDERS.items() if provider.listing]
TRIED = len(EVERY) if "GRAPEVINE_EVERY_LIST" in os.environ else 1
LISTED = sorted(random.Random(os.environ.get("GRAPEVINE_SEED")).sample(EVERY, TRIED))
"""A run tries one of them, by its seed; with GRAPEVINE_EVERY_LIST in the environment all."""
LOST = 0.1
"""The share of deliveries that never arrive."""
SALES = 2
"""Of each kind of life."""
SINCE = "2026-01-15"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as market:
        yield market


def reconcile(market: Market, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local.cli.main", "reconcile", name, "--since", SINCE]
    options = ["--data", str(market.shop.cloud.folder), "--pace", "1000"]
    return subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def sell(market: Market, name: str) -> tuple[list[Told], dict]:
    """Sales of every kind; a tenth of what the processor tells of them is lost.

    Lemon Squeezy's list has no token, so of each of its sales the first news arrive.
    """
    happened: list[Told] = []
    owed, lost = {}, 0
    for life in [life for life in LIVES if life in CONTRACTS[name].lives("1", None)] * SALES:
        mark = str(random.randrange(10**7, 10**8))
        advocate = market.shop.member(f"{name}-{mark}")
        sale = CONTRACTS[name].lives(mark, market.shop.click(advocate.code))[life]
        owed[advocate] = sale.kept // 10
        for place, told in enumerate(sale.told):
            happened.append(told)
            market.apis[name].documents |= told.api
            if random.random() < LOST and (place or name != "lemonsqueezy"):
                lost += 1
            else:
                assert market.deliver(name, told).status in (200, 202)
    print(f"{name}: {lost} of {len(happened)} deliveries were lost")
    market.shop.drain()
    return happened, owed


def owed_now(market: Market, owed: dict) -> dict:
    return {advocate: market.shop.credit(advocate) for advocate in owed}


@pytest.mark.parametrize("name", LISTED)
def test_whatever_was_lost_comes_back_with_a_reconciliation(market, name):
    """The command is killed after a page, and so are the functions that evaluate; it is typed again."""
    happened, owed = sell(market, name)
    serve_lists(market.apis[name], name, happened)
    with reconcile(market, name) as first:
        lines = iter(first.stdout.readline, "")
        assert any(line.startswith("  page 2:") for line in lines)
        first.send_signal(signal.SIGKILL)
    market.shop.cloud.kill("functions")
    with reconcile(market, name) as second:
        text = second.stdout.read()
    assert second.returncode == 0, text
    assert "going on after page" in text
    market.shop.drain()
    assert owed_now(market, owed) == owed
    assert market.shop.verify()["differences"] == []


@pytest.mark.parametrize("name", LISTED)
def test_where_nothing_was_lost_nothing_is_told_again(market, name):
    with reconcile(market, name) as again:
        lines = again.stdout.read().splitlines()
    assert again.returncode == 0, lines
    assert " 0 told again, 0 parked" in lines[-2], lines
