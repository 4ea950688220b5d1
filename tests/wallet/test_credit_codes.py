"""Credit as a one-time code at a store: set aside once, captured once, and given back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.ledger.credit_codes import READY, used_of
from shared.domain.ledger.holds import HoldRefused
from shared.domain.members.code import is_credit_code, normalize_code
from shared.domain.orders.sources import Source
from shared.domain.platforms.connection import Connection
from shared.domain.staff_action import StaffAction
from shared.members.blocking import block_member
from shared.members.profile import credit_at, load_profile
from shared.orders.evaluate import evaluate_order, find_order, finish_order
from shared.orders.update import parse_update
from shared.problem import Conflict
from shared.store import engine, keys
from shared.store.ledger.credit_codes import SpendingItem, put_spending
from shared.store.programs.connections import put_connection
from shared.store.reading import Reading
from shared.store.reconciliation import verify
from shared.wallet.adjustments import Adjustment, adjust
from shared.wallet.credit_codes import (
    CodeRequest,
    find_open_code,
    give_back_code,
    new_text,
    request_code,
    require_code,
    settle_code,
)
from shared.wallet.spent_codes import spend_codes
from tests.support.shop import PLAIN, Shop, hash_email

ALL = 1_000


@pytest.fixture
def shop(tables):
    """Anna has 1,000 to spend, and one store is connected."""
    shop = Shop(**PLAIN)
    shop.member("Anna")
    gift = StaffAction("staff", "for the code", shop.at)
    adjust(Adjustment("Anna", ALL), gift)
    connect(shop, "cn_1")
    yield shop
    assert verify()["differences"] == []


def connect(shop: Shop, name: str, currency: str | None = "EUR", provider: str = "shopify"):
    engine.write([put_connection(Connection(name, provider, name, shop.at, currency=currency))])


def code_of(shop: Shop, amount: int | None = None, key: str | None = None):
    return request_code(CodeRequest("Anna", amount, None, key), shop.at)


def ready(shop: Shop, amount: int | None = None):
    """A code that its store has."""
    code = code_of(shop, amount)
    settle_code(replace(code, state=READY, platform_id="p1"), shop.at, free=False)
    return require_code(code.text)


def told(shop: Shop, code, order: str = "1", used: int = ALL, **facts) -> None:
    """The store tells of an order that used the code."""
    document = {
        "id": order,
        "status": "completed",
        "currency": "EUR",
        "items_total": 5_000,
        "credit_used": used,
        "codes": [code.text.lower()],
        "customer": {"id": "Anna"},
    } | facts
    update = parse_update(document, shop.at, hash_email, as_of=shop.at, source=Source.PROCESSOR)
    evaluate_order(update)
    spend_codes(update.facts, order, shop.at)
    finish_order(order, shop.at)


def credit(shop: Shop) -> tuple[int, int]:
    """What Anna may spend, and what is set aside."""
    account = load_profile("Anna").account
    return credit_at(account, shop.at)[0], account.held(shop.at)


def refused(act) -> str:
    with pytest.raises(HoldRefused) as caught:
        act()
    return caught.value.code


def test_a_code_sets_aside_all_that_is_available(shop):
    code = code_of(shop)
    assert (code.amount, credit(shop)) == (ALL, (0, ALL))
    assert code.ends_at == shop.at + timedelta(days=6)
    assert find_open_code("Anna", shop.at) == code


def test_nobody_gets_a_second_code_or_more_than_there_is(shop):
    assert refused(lambda: code_of(shop, ALL + 1)) == "insufficient_credit"
    code_of(shop, 100)
    assert refused(lambda: code_of(shop, 100)) == "code_open"


def test_of_two_buttons_pressed_at_once_one_makes_a_code(shop):
    def press(_) -> str:
        try:
            return code_of(shop, 600).text
        except HoldRefused as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))
    assert answers.count("code_open") == 3 and credit(shop) == (400, 600)


def test_a_code_that_was_made_meanwhile_is_not_forgotten(shop):
    reading = Reading()
    reading.fetch((SpendingItem, keys.spending("Anna")))
    code_of(shop, 100)
    with pytest.raises(engine.WriteConflict):
        engine.write([put_spending(reading, "Anna", new_text())])


def test_one_key_one_code(shop):
    first = code_of(shop, 300, "k")
    assert code_of(shop, 300, "k") == first
    assert refused(lambda: code_of(shop, 400, "k")) == "idempotency_conflict"


def test_the_order_captures_what_was_used_and_frees_the_rest(shop):
    told(shop, ready(shop), used=700)
    assert credit(shop) == (300, 0)
    order = find_order("1", shop.at)
    assert (order.context.order.credit, order.decision.outcome.kept) == (700, 4_300)


def test_of_two_orders_at_once_one_captures(shop):
    code = ready(shop, 600)

    def tell(order: str) -> None:
        told(shop, code, order, 600)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, ("1", "2", "3", "4")))
    assert credit(shop) == (400, 0)
    paid = [find_order(order, shop.at).context.order.credit for order in ("1", "2", "3", "4")]
    assert sorted(paid) == [0, 0, 0, 600] and require_code(code.text).order is not None


def test_no_order_takes_more_than_the_code_is_worth(shop):
    told(shop, ready(shop, 600), used=900)
    assert credit(shop) == (400, 0)


def test_an_unpaid_order_claims_the_code_and_a_cancelled_one_lets_it_go(shop):
    code = ready(shop)
    told(shop, code, status="placed")
    assert credit(shop) == (0, ALL)
    assert refused(lambda: give_back_code(code.text)) == "code_in_use"
    told(shop, code, status="cancelled")
    assert give_back_code(code.text).state == "returning"


def test_a_refund_in_full_gives_the_credit_back(shop):
    code = ready(shop)
    told(shop, code)
    assert refused(lambda: give_back_code(code.text)) == "code_finished"
    refund = {"id": "r", "amount": 4_000, "at": shop.now(), "status": "succeeded"}
    shop.later(minutes=1)
    told(shop, code, refunds=[refund])
    assert credit(shop) == (ALL, 0)


def test_what_was_given_back_and_used_all_the_same_takes_what_is_there(shop):
    code = ready(shop)
    give_back_code(code.text)
    settle_code(require_code(code.text).as_dropped(), shop.at, free=True)
    assert credit(shop) == (ALL, 0)
    shop.order("own", customer={"id": "Anna"}, items=100)
    adjust(Adjustment("Anna", -400), StaffAction("staff", "spent elsewhere", shop.at))
    told(shop, code)
    assert credit(shop) == (0, 0)
    assert find_order("1", shop.at).context.order.credit == 600


def test_a_test_order_takes_nothing(shop):
    told(shop, ready(shop), test=True)
    assert credit(shop) == (0, ALL)


def test_a_blocked_member_gets_no_code_but_pays_what_the_store_took_off(shop):
    code = ready(shop, 600)
    block_member("Anna", StaffAction("staff", "fraud", shop.at))
    told(shop, code, used=600)
    assert shop.balance("Anna") == 400
    assert refused(lambda: code_of(shop, 100)) == "member_blocked"


def test_a_code_is_for_one_store_in_the_programs_currency(shop):
    connect(shop, "cn_2", "USD")
    connect(shop, "cn_3", provider="a platform without codes")
    assert code_of(shop, 100).connection == "cn_1"
    shop.later(days=8)
    connect(shop, "cn_4", None, "stripe")
    with pytest.raises(Conflict) as several:
        code_of(shop, 100)
    assert several.value.code == "several_stores"
    named = request_code(CodeRequest("Anna", 100, "cn_4"), shop.at)
    assert named.connection == "cn_4"


def test_a_share_of_an_order_asks_for_a_large_enough_cart(shop):
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "30"})
    assert code_of(shop, 1_000).minimum == 3_334
    shop.later(days=8)
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "0"})
    assert refused(lambda: code_of(shop, 100)) == "above_order_share"


@pytest.mark.parametrize("provider", ["paddle", "lemonsqueezy"])
def test_a_store_without_a_least_cart_takes_no_credit_for_a_part_of_an_order(shop, provider):
    connect(shop, "cn_2", provider=provider)
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "99"})
    with pytest.raises(Conflict) as refusal:
        request_code(CodeRequest("Anna", 100, "cn_2"), shop.at)
    assert refusal.value.code == "no_store_for_credit"
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "100"})
    code = request_code(CodeRequest("Anna", 100, "cn_2"), shop.at)
    assert (code.minimum, "-" in code.text) == (None, False)


def test_what_another_currency_took_off_is_converted_or_taken_whole(shop):
    code = code_of(shop, 1_000)
    document = {"id": "1", "currency": "JPY", "items_total": 9_000, "status": "completed"}
    at = {"as_of": shop.at, "source": Source.PROCESSOR}
    facts = parse_update(document | {"fx_rate": "0.005"}, shop.at, hash_email, **at).facts
    assert used_of(code, facts, 1_000) == 500
    facts = parse_update(document, shop.at, hash_email, **at).facts
    assert used_of(code, facts, 1_000) == 1_000


def test_a_code_has_a_form_of_its_own(shop):
    text = new_text()
    assert is_credit_code(text) and is_credit_code(text.lower().replace("-", ""))
    assert len(normalize_code(text)) == 14 and new_text() != text
    assert not is_credit_code("ANNA-7K2Q")


def test_an_order_may_name_an_advocates_code_beside_it(shop):
    anna = load_profile("Anna").member
    shop.member("Ben")
    adjust(Adjustment("Ben", ALL), StaffAction("staff", "for the code", shop.at))
    code = request_code(CodeRequest("Ben"), shop.at)
    told(shop, code, codes=[code.text, anna.code], customer={"id": "Ben"})
    order = find_order("1", shop.at)
    assert (order.context.order.credit, order.decision.outcome.kept) == (ALL, 4_000)
    assert shop.rewards("1") == {"Anna": 400} and shop.balance("Ben") == 0
    assert [piece.value for piece in order.context.evidence if piece.kind == "code"] in (
        [],
        [anna.code],
    )
