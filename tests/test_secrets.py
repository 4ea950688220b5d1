"""The secret document is read from Secrets Manager, kept for five minutes, and an outage stays one."""

import json
from datetime import datetime, timedelta

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import base
from botocore.exceptions import ClientError

from benchmarks.shop import deliver
from functions import quote_cart, serve_members, serve_orders, track_click
from shared import identity, secrets
from shared.store import engine, keys
from shared.store.attributions.links import CodeItem
from shared.store.engine import Write, write
from shared.store.items import AttributionsItem, LedgerItem, ProgramsItem
from shared.store.programs.pepper_check import find_pepper_check
from tests.support.http_events import SHOP, send

PEPPER = "a pepper of the tests, long enough"
OTHER = "another pepper of the tests, long enough"


@pytest.fixture
def fill(mock_account, monkeypatch):
    """Write the secret document; there are no tables to know its pepper."""
    manager = boto3.client("secretsmanager")
    arn = manager.create_secret(Name="grapevine", SecretString="{}")["ARN"]
    monkeypatch.setenv("SECRETS_ARN", arn)
    monkeypatch.setenv("BUS_NAME", "unused")
    for name in ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE", "PROGRAMS_TABLE"):
        monkeypatch.setenv(name, "unused")
    monkeypatch.setattr(secrets, "_check_pepper", lambda table, key: None)
    return lambda **values: manager.put_secret_value(SecretId=arn, SecretString=json.dumps(values))


class Later(datetime):
    """A clock that is five minutes fast."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=secrets.CACHED_SECONDS + 1)


def test_secrets_are_told_by_name_and_what_is_not_set_up_is_empty(fill):
    fill(pepper=PEPPER, stripe="whsec_1", oidc=None)
    assert secrets.pepper() == PEPPER.encode()
    assert secrets.webhook_secret("stripe") == "whsec_1"
    assert (secrets.webhook_secret("shopify"), secrets.oidc_secret()) == ("", "")


def test_a_rotated_secret_is_taken_up_after_five_minutes_and_the_pepper_never(fill, monkeypatch):
    fill(pepper=PEPPER, stripe="old")
    assert (secrets.webhook_secret("stripe"), secrets.lasting_pepper()) == ("old", PEPPER.encode())
    fill(pepper=PEPPER[::-1], stripe="new")
    assert secrets.webhook_secret("stripe") == "old"
    monkeypatch.setattr(base, "datetime", Later)
    assert secrets.webhook_secret("stripe") == "new"
    assert secrets.lasting_pepper() == PEPPER.encode()


@pytest.mark.parametrize("values", [{}, {"pepper": "short"}])
def test_a_missing_or_short_pepper_is_said(fill, values):
    fill(**values)
    with pytest.raises(secrets.NotSetUp, match="at least 16 characters"):
        secrets.pepper()


def test_what_aws_says_is_raised_as_it_is(fill, monkeypatch):
    """`shared.store.outages` tells an outage from a fault of ours by botocore's exceptions."""
    monkeypatch.setenv("SECRETS_ARN", "nothing-there")
    with pytest.raises(ClientError) as raised:
        secrets.document()
    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"


@pytest.fixture
def told(tables, monkeypatch):
    """Sets the secret document of functions that have tables; each call is a cold start."""

    def tell(**values: str) -> None:
        for kept in (secrets._check_pepper, secrets._bind_pepper, secrets._lasting_pepper):
            kept.cache_clear()
        monkeypatch.setattr(secrets, "document", lambda: values)

    engine.open_tables()
    return tell


def test_a_pepper_is_anybodys_until_a_hash_is_kept_then_the_tables_know_it_again(told):
    told(pepper=PEPPER)
    assert secrets.pepper() == PEPPER.encode()
    told(pepper=OTHER)
    assert secrets.pepper() == secrets.keeping_pepper() == OTHER.encode()
    told(pepper=OTHER)
    assert secrets.keeping_pepper() == secrets.pepper() == OTHER.encode()


@pytest.mark.parametrize("ask", ["pepper", "keeping_pepper"])
def test_another_pepper_than_the_tables_own_is_refused_by_name(told, ask, caplog):
    told(pepper=PEPPER)
    secrets.keeping_pepper()
    told(pepper=OTHER)
    with pytest.raises(secrets.OtherPepper, match=r"not the one .* put the earlier one back"):
        getattr(secrets, ask)()
    told(pepper=PEPPER)
    assert getattr(secrets, ask)() == PEPPER.encode(), "the earlier one is taken up again"


def test_of_two_that_are_first_at_once_one_is_kept(told, monkeypatch):
    told(pepper=PEPPER)
    secrets.keeping_pepper()
    told(pepper=OTHER)
    found = [None, identity.pepper_check(PEPPER.encode())]
    monkeypatch.setattr(secrets, "find_pepper_check", lambda: found.pop(0))
    with pytest.raises(secrets.OtherPepper):
        secrets.keeping_pepper()


def test_the_check_value_tells_nothing_of_the_pepper(told):
    told(pepper=PEPPER)
    secrets.keeping_pepper()
    kept = find_pepper_check()
    assert len(kept) == 43 and PEPPER not in kept


@pytest.fixture
def mistaken(told):
    """Functions meet another pepper than the one that their tables were written with."""
    told(pepper=PEPPER)
    secrets.keeping_pepper()
    told(pepper=OTHER)


CUSTOMER = {"customer": {"email": "anna@example.com"}}
ORDER = {"status": "completed", "currency": "EUR", "items_total": 1000}
CART = {"currency": "EUR", "items_total": 1000}


@pytest.mark.parametrize(
    ("handler", "route", "parts"),
    [
        (
            serve_members.handler,
            "PUT /v1/members/{id}",
            {"path": {"id": "anna"}, "body": {"login": "anna", "email": "anna@example.com"}},
        ),
        (
            serve_orders.handler,
            "PUT /v1/orders/{id}",
            {"path": {"id": "1"}, "body": ORDER | CUSTOMER},
        ),
        (quote_cart.handler, "POST /v1/quotes", {"body": CART | CUSTOMER}),
        (track_click.handler, "GET /r/{code}", {"path": {"code": "NOBODY"}}),
    ],
)
def test_a_request_is_refused_with_what_to_do_before_anything_is_kept(
    mistaken, handler, route, parts
):
    before = all_items()
    answered = send(handler, route, caller=SHOP, **parts)
    assert (answered.status, answered.code) == (503, "other_pepper")
    assert "Restore the earlier secret document" in answered.body["detail"]
    assert all_items() == before


def test_an_order_off_the_bus_waits_for_the_earlier_pepper(mistaken):
    before = all_items()
    with pytest.raises(RuntimeError, match="not evaluated"):
        deliver(ORDER | {"id": "1"} | CUSTOMER)
    assert all_items() == before


def test_what_keeps_no_hash_goes_on_and_asks_nothing_of_the_secret(mistaken, monkeypatch):
    write([Write(CodeItem(*keys.code("ANNA-7K2Q"), member="A"))])
    followed = send(track_click.handler, "GET /r/{code}", path={"code": "ANNA-7K2Q"})
    assert (followed.status, len(followed.cookies)) == (302, 1)
    monkeypatch.setattr(secrets, "document", dict)
    put = send(
        serve_orders.handler, "PUT /v1/orders/{id}", path={"id": "1"}, body=ORDER, caller=SHOP
    )
    assert put.status == 200


def all_items() -> list[dict]:
    return [
        item.serialize()
        for table in (AttributionsItem, LedgerItem, ProgramsItem)
        for item in table.scan()
    ]
