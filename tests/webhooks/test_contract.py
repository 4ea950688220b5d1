"""What every processor is held to by being in the registry."""

import itertools
import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.kept import kept
from shared.domain.orders.merging import merge_facts
from shared.domain.programs.program_document import parse_program
from shared.webhooks import PROVIDERS, source_of, translate
from shared.webhooks.completed_by import FULFILMENT, apply_completed_by
from shared.webhooks.parking import ParkedDelivery
from shared.webhooks.provider import ProviderUpdate
from shared.webhooks.signature import BadSignature, WeakSecret
from tests.support.contract import LIVES, Told
from tests.support.contracts import CONTRACTS

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
MOST_ORDERS = 120
PROGRAM = parse_program(
    {
        "id": "default",
        "name": "Contract",
        "currency": "EUR",
        "credit": {"system": "levels", "levels": []},
    }
)
ALL = pytest.mark.parametrize("name", PROVIDERS)


def results(name: str, told: Told, known: dict, at: datetime = NOW, *, accept_sandbox=False):
    """What a delivery becomes when the API answers what is known by now."""
    return translate(
        name,
        told.headers,
        told.raw,
        at,
        accept_sandbox=accept_sandbox,
        api=CONTRACTS[name].api(known),
    )


def facts_of(update: ProviderUpdate, at: datetime) -> OrderFacts:
    told = apply_completed_by(FULFILMENT, json.loads(json.dumps(update.facts)))
    as_of = datetime.fromisoformat(told["as_of"])
    named = told.get("id") or update.first_ref
    return parse_order(told, named, as_of, str, whole=False, source=source_of(told))


def orders_of(told: tuple[Told, ...]):
    """All orders of arrival, or a fixed choice of them, each delivery coming twice somewhere."""
    every = list(itertools.islice(itertools.permutations(range(len(told))), 1000))
    chosen = every if len(every) <= MOST_ORDERS else random.Random(1).sample(every, MOST_ORDERS)
    return [[*order, *random.Random(str(order)).sample(order, len(order))] for order in chosen]


def live_through(name: str, told: tuple[Told, ...], order: list[int]) -> OrderFacts:
    """The facts at the end. The API shows what had happened by the latest delivery that came."""
    merged = None
    for count, place in enumerate(order):
        known: dict = {}
        for earlier in told[: max(order[: count + 1]) + 1]:
            known |= earlier.api
        at = NOW + timedelta(days=1, seconds=count)
        for result in results(name, told[place], known, at):
            if isinstance(result, ProviderUpdate):
                facts = facts_of(result, at)
                merged = merge_facts(merged, facts) if merged else facts
    assert merged is not None
    return merged


def test_every_processor_has_a_contract():
    assert set(CONTRACTS) == set(PROVIDERS)


@ALL
def test_every_life_is_told_or_said_why_not(name):
    lives = CONTRACTS[name].lives("1", None)
    assert set(lives) | set(CONTRACTS[name].lacks) == set(LIVES)


@ALL
@pytest.mark.parametrize("life", LIVES)
def test_a_life_in_every_order_with_duplicates_keeps_the_same(name, life):
    lives = CONTRACTS[name].lives("1", "a-token-of-a-visitor")
    if life not in lives:
        pytest.skip(CONTRACTS[name].lacks[life])
    found = {
        tuple(order): kept(live_through(name, lives[life].told, order), PROGRAM, "items_net")
        for order in orders_of(lives[life].told)
    }
    wrong = {order: amount for order, amount in found.items() if amount != lives[life].kept}
    assert wrong == {}


@ALL
def test_one_sale_is_one_order_and_carries_its_token(name):
    """All news of a life share names, and some of them the token."""
    for life in CONTRACTS[name].lives("1", "a-token-of-a-visitor").values():
        merged = live_through(name, life.told, list(range(len(life.told))))
        assert merged.ref_token == "a-token-of-a-visitor"
        assert not merged.hint
        assert not merged.test


@ALL
def test_news_of_another_topic_is_parked_with_a_reason(name):
    (result,) = results(name, CONTRACTS[name].irrelevant, {})
    assert isinstance(result, ParkedDelivery)
    assert "{" not in result.text


@ALL
def test_test_mode_is_a_test_order_unless_the_shop_is_not_live(name):
    sandbox = CONTRACTS[name].sandbox
    if isinstance(sandbox, str):
        pytest.skip(sandbox)
    (result,) = results(name, sandbox, dict(sandbox.api))
    assert isinstance(result, ProviderUpdate)
    assert result.facts["test"] is True
    (accepted,) = results(name, sandbox, dict(sandbox.api), accept_sandbox=True)
    assert isinstance(accepted, ProviderUpdate)
    assert "test" not in accepted.facts


def body_of(name: str) -> bytes:
    return next(iter(CONTRACTS[name].lives("1", None).values())).told[0].raw


def verify(name: str, secret: str, headers, body: bytes, now: datetime = NOW) -> None:
    PROVIDERS[name].signature.check_secret(secret)
    PROVIDERS[name].signature.verify(secret, headers, body, now, receiver=CONTRACTS[name].receiver)


@ALL
def test_what_the_processor_signs_verifies_whatever_the_case_of_its_headers(name):
    contract = CONTRACTS[name]
    headers, body = contract.sign(contract.secret, body_of(name), NOW)
    for spell in (str.upper, str.lower, str.title):
        verify(name, contract.secret, {spell(key): text for key, text in headers.items()}, body)


@ALL
def test_another_shops_secret_an_empty_and_a_weak_one_are_refused(name):
    contract = CONTRACTS[name]
    headers, body = contract.sign(contract.secret, body_of(name), NOW)
    for secret in (contract.other_secret, "", " ", ",", contract.secret[:5]):
        with pytest.raises((BadSignature, WeakSecret)):
            verify(name, secret, headers, body)


@ALL
@pytest.mark.parametrize("separator", [" ", ",", "\n", ", "])
def test_while_a_secret_rolls_both_are_valid(name, separator):
    contract = CONTRACTS[name]
    rolling = contract.other_secret + separator + contract.secret
    for secret in (contract.secret, contract.other_secret):
        headers, body = contract.sign(secret, body_of(name), NOW)
        verify(name, rolling, headers, body)


@ALL
def test_another_body_is_refused(name):
    contract = CONTRACTS[name]
    headers, body = contract.sign(contract.secret, body_of(name), NOW)
    foreign = CONTRACTS[name].sign(contract.other_secret, body, NOW)[1]
    with pytest.raises(BadSignature):
        verify(name, contract.secret, headers, foreign if foreign != body else body + b" ")


@ALL
@pytest.mark.parametrize(
    "forged", ["", "é", "\ud800", "v1,é", "t=1772359200,v1=é", "0" * 64, "A" * 4000]
)
def test_forged_headers_are_bad_signatures_and_no_faults(name, forged):
    contract = CONTRACTS[name]
    headers, body = contract.sign(contract.secret, body_of(name), NOW)
    for key in headers or {"signature": ""}:
        if headers:
            with pytest.raises(BadSignature):
                verify(name, contract.secret, {**headers, key: forged}, body)
    with pytest.raises(BadSignature):
        verify(name, contract.secret, {}, body_of(name))


@ALL
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b"\xff", b'{"data": 1}', b'{"a":' * 99]
)
def test_any_authentic_body_is_parked_and_no_fault(name, body):
    for result in translate(name, {}, body, NOW, api=CONTRACTS[name].api({})):
        assert isinstance(result, ParkedDelivery)
