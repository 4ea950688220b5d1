"""A second teller names another buyer: the order moves, whatever the order of tellings (specification: another-buyer)."""

from itertools import permutations

import pytest

from shared.domain.orders.sources import Source
from shared.domain.staff_action import StaffAction
from shared.members.blocking import block_member, unblock_member
from shared.orders.evaluate import evaluate_order, finish_order
from shared.orders.update import parse_update
from shared.store.reconciliation import verify
from tests.support.shop import Shop, hash_email

TERMS = {
    "credit": {
        "system": "levels",
        "levels": [{"percent": "10"}, {"percent": "5"}],
        "customer": {"percent": "5"},
    },
    "friend": {"new_customers_only": False},
}
SOLD = {"status": "completed", "currency": "EUR", "items_total": 10_000}


@pytest.fixture
def shop(tables):
    shop = Shop(**TERMS)
    shop.anna = shop.member("Anna")
    shop.bert = shop.member("Bert")
    shop.member("Ines", referrer_login="anna")
    return shop


def processor(shop: Shop, **facts) -> None:
    """What a payment processor tells: an address that nobody knows."""
    told = {"id": "1", "customer": {"email": "relay@example.com"}} | SOLD | facts
    evaluate_order(parse_update(told, shop.at, hash_email, as_of=shop.at, source=Source.PROCESSOR))


def server(shop: Shop, **facts) -> None:
    shop.order("1", **({"customer": {"id": "Ines"}} | facts))


def staff_correction(shop: Shop) -> None:
    """The shop's server names the guest's address after all: its id still goes before it."""
    shop.order("1", customer={"email": "relay@example.com"})


def test_it_moves_to_the_member_whom_the_server_names(shop):
    processor(shop, code=shop.bert.code)
    assert shop.rewards("1") == {"guest:hash-of-relay@example.com": 500, "Bert": 1_000}
    shop.later(days=1)
    server(shop)
    assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}
    assert [shop.balance(name) for name in ("Ines", "Anna", "Bert")] == [500, 1_000, 0]
    assert (shop.volume("Anna"), shop.volume("Bert")) == (10_000, 0)
    assert verify()["differences"] == []


@pytest.mark.parametrize("tellers", [*permutations([processor, server, staff_correction])])
def test_any_order_of_tellings_ends_the_same(shop, tellers):
    for tell in tellers:
        shop.later(hours=1)
        tell(shop)
    assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}
    assert verify()["differences"] == []


def test_a_refund_takes_back_from_the_right_ones(shop):
    processor(shop)
    server(shop)
    server(shop, refunds=[{"id": "r", "amount": 10_000}])
    assert shop.rewards("1") == {}
    assert [shop.balance(name) for name in ("Ines", "Anna")] == [0, 0]
    assert verify()["differences"] == []


def test_an_edge_that_the_order_alone_had_made_goes_with_it(shop):
    shop.member("Carl")
    shop.order("1", customer={"id": "Carl"}, code=shop.bert.code)
    shop.later(days=1)
    shop.order("1", customer={"id": "Dora"}, code=shop.bert.code)
    assert shop.rewards("1") == {"Dora": 500, "Bert": 1_000}
    shop.order("2", customer={"id": "Carl"})
    assert (shop.rewards("2"), shop.refusals("2")) == ({"Carl": 500}, ["no_referral"])
    assert shop.volume("Bert") == 10_000
    assert verify()["differences"] == []


def test_an_edge_under_which_other_orders_count_stays(shop):
    shop.member("Carl")
    shop.order("1", customer={"id": "Carl"}, code=shop.bert.code)
    shop.order("2", customer={"id": "Carl"})
    shop.order("1", customer={"id": "Ines"})
    assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}
    assert shop.rewards("2") == {"Carl": 500, "Bert": 1_000}
    assert (shop.volume("Anna"), shop.volume("Bert")) == (10_000, 10_000)
    assert verify()["differences"] == []


def test_a_wrong_buyer_has_not_bought_before(shop):
    """Carl's first order is his own one, although another was told under his name."""
    shop.publish(**TERMS | {"friend": {"new_customers_only": True}})
    shop.order("1", customer={"id": "Carl"}, placed_at="2026-02-01T00:00:00Z")
    shop.order("1", customer={"id": "Ines"}, placed_at="2026-02-01T00:00:00Z")
    shop.order("2", customer={"id": "Carl"}, code=shop.bert.code)
    assert shop.rewards("2") == {"Carl": 500, "Bert": 1_000}


def test_a_processor_never_overrules_the_server(shop):
    server(shop)
    shop.later(days=1)
    processor(shop, customer={"id": "Bert", "email": "bert@example.com"})
    assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}


def test_the_terms_are_those_that_it_earned_under(shop):
    processor(shop)
    shop.publish(credit={"system": "levels", "levels": [{"percent": "1"}]}, currency="JPY")
    server(shop)
    assert shop.rewards("1") == {"Ines": 500, "Anna": 1_000}


def test_a_guest_who_is_given_an_id_is_no_other_buyer(shop):
    processor(shop)
    entries = verify()["entries"]
    server(shop, customer={"id": "New"})
    assert (shop.rewards("1"), shop.balance("New")) == (
        {"guest:hash-of-relay@example.com": 500},
        500,
    )
    assert verify()["entries"] == entries


LIMITED = TERMS | {"hold_days": 14, "rules": {"max_per_advocate": {"amount": 1_200}}}


def blocked_for_a_while(shop: Shop, member: str) -> None:
    for pull in (block_member, unblock_member):
        shop.later(hours=1)
        pull(member, StaffAction("ak_012345", "lever", shop.at, "They asked for it"))


def test_what_a_block_took_before_it_left_changes_nobodys_room(shop):
    shop.publish(**LIMITED)
    shop.member("Carl", referrer_login="bert")
    shop.order("1", customer={"id": "Ines"})
    blocked_for_a_while(shop, "Anna")
    shop.order("1", customer={"id": "Carl"})
    assert shop.rewards("1") == {"Carl": 500, "Bert": 1_000}
    shop.order("2", 11_000, customer={"id": "Ines"})
    assert shop.rewards("2") == {"Ines": 550, "Anna": 1_100}
    assert verify()["differences"] == []


def test_an_advocate_at_another_level_keeps_what_is_left_of_both_apart(shop):
    shop.publish(**LIMITED)
    shop.member("Bine", referrer_login="anna")
    shop.member("Carl", referrer_login="bine")
    for buyer, items in (("Carl", 5_000), ("Ines", 10_000)):
        shop.order("1", items, customer={"id": buyer})
        blocked_for_a_while(shop, "Anna")
    shop.order("1", customer={"id": "Carl"})
    assert shop.rewards("1") == {"Carl": 500, "Bine": 1_000, "Anna": 250}
    assert verify()["differences"] == []


def test_one_that_left_its_buyer_goes_on_by_itself(shop, monkeypatch):
    processor(shop)

    def cut_off(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shared.orders.evaluate._absorb_others", cut_off)
        with pytest.raises(KeyboardInterrupt):
            server(shop)
    assert (shop.balance("Ines"), verify()["differences"]) == (0, [])
    finish_order("1", shop.at)
    assert [shop.balance(name) for name in ("Ines", "Anna")] == [500, 1_000]
    assert verify()["differences"] == []
