"""What every connector promises, asked of each platform of the registry."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.connectors.connector import Connector, PlatformRefused, StoreCustomer, TryLater
from shared.connectors.platforms import PLATFORMS
from shared.domain.money import Grant
from shared.domain.platforms.codes import TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support.platforms.every_store import KINDS, TriedStore, tried_store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TEN_PERCENT = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(100_000)), True, NOW)
FIVE_EUROS = replace(TEN_PERCENT, discount=Discount(Grant(0, 500)))
ADDRESS = "http://127.0.0.1:8000/webhooks/{}"
MOST_STUMBLES = 12
KEEP_CUSTOMERS = ("lemonsqueezy", "paddle")
"""Platforms at which a customer can be archived, but not deleted."""


@pytest.fixture(params=sorted(PLATFORMS))
def at(request):
    with tried_store(request.param) as tried:
        yield tried


def put(at: TriedStore, ours: Connector, *texts: str, terms: OfferTerms = TEN_PERCENT):
    offer = ours.offer(terms, None)
    there = ours.put([at.code(text, offer) for text in texts], terms)
    return {code.code: code for code in there}


def test_every_platform_has_a_double():
    assert set(KINDS) == set(PLATFORMS)


def test_what_opens_the_store_is_looked_at(at):
    assert at.connector().look().missing_scopes == ()
    with pytest.raises(PlatformRefused) as refused:
        at.connector(**{at.kind.wrong: "x" * 20}).look()
    assert "connect again" in str(refused.value)


def test_an_offer_asked_for_twice_is_made_once(at):
    offer = at.connector().offer(TEN_PERCENT, None)
    offers = at.kind.offers(at.double)
    assert at.connector().offer(TEN_PERCENT, None) == offer
    assert at.kind.offers(at.double) == offers <= 1


def test_a_code_that_is_there_already_is_a_success(at):
    first = put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"]
    again = put(at, at.connector(), "ANNA-7K2Q", "BEN-2222")
    assert first.id and (again["ANNA7K2Q"].id, again["ANNA7K2Q"].problem) == (first.id, None)
    assert at.holds("ANNA-7K2Q") and at.holds("BEN-2222")
    assert at.takes_off("ANNA-7K2Q", 10_000) == 1_000


def test_a_code_of_the_shops_own_stays_theirs(at):
    at.double.has_coupon(PLATFORMS[at.provider].spell("SALE"))
    there = put(at, at.connector(), "SALE", "ANNA-7K2Q")
    assert (there["SALE"].problem, there["ANNA7K2Q"].problem) == (TAKEN, None)
    at.connector().drop(list(there.values()))
    assert at.holds("SALE") and not at.holds("ANNA-7K2Q")


def test_a_code_is_found_in_the_spelling_that_the_platform_takes(at):
    code = put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"]
    spelled = PLATFORMS[at.provider].spell("ANNA-7K2Q")
    assert at.connector().find([spelled, "NOBODYS1"])[spelled].id == code.id
    assert "NOBODYS1" not in at.connector().find(["NOBODYS1"])


def test_a_dropped_code_works_no_more_and_can_come_back(at):
    code = put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"]
    at.connector().drop([code])
    assert not at.holds("ANNA-7K2Q")
    at.connector().drop([code])
    assert put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"].problem is None
    assert at.holds("ANNA-7K2Q")


def test_other_terms_hold_for_a_code_that_is_there(at):
    before = put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"]
    offer = at.connector().offer(FIVE_EUROS, before.offer)
    if offer != before.offer:
        at.connector().put([before._replace(offer=offer)], FIVE_EUROS)
    assert at.takes_off("ANNA-7K2Q", 10_000) == 500


def test_terms_that_changed_before_the_code_was_noted_hold_all_the_same(at):
    """The process died between putting a code and noting it; then the program changed."""
    before = put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"]
    offer = at.connector().offer(FIVE_EUROS, before.offer)
    (after,) = at.connector().put([at.code("ANNA-7K2Q", offer)], FIVE_EUROS)
    assert after.problem is None and at.takes_off("ANNA-7K2Q", 10_000) == 500


def test_the_store_is_subscribed_to_once_and_signs_with_what_we_know(at):
    address = ADDRESS.format(at.provider)
    first, hooks = at.connector().webhooks(address), at.kind.hooks(at.double)
    again = at.connector().webhooks(address)
    assert first.secret and again.secret and len(again.ids) == hooks == at.kind.hooks(at.double)
    at.connector().withdraw(None, again.ids)
    at.connector().withdraw(None, again.ids)
    assert at.kind.hooks(at.double) == 0


def read_customers(at: TriedStore) -> list[StoreCustomer]:
    seen, after = [], None
    while True:
        page = at.connector().customers(after)
        seen += page.customers
        after = page.next
        if after is None:
            return seen


def test_every_customer_is_read_once(at):
    at.double.has(*((f"Anna{n}", f"a{n}@example.com") for n in range(120)))
    seen = read_customers(at)
    assert sorted(one.email for one in seen) == sorted(f"a{n}@example.com" for n in range(120))
    assert at.connector().customer(seen[7].id) == seen[7]
    assert at.connector().customer("nobody") is None


def delete_customer(double, customer_id: str) -> None:
    """The shop deletes a customer."""
    people = double.customers
    if isinstance(people, dict):
        del people[next(key for key in people if str(key) == customer_id)]
    else:
        names = ("legacyResourceId", "id")
        people[:] = [one for one in people if customer_id not in {str(one.get(n)) for n in names}]


@pytest.mark.parametrize("deleted", [0, 1, -1])
def test_nobody_is_skipped_when_somebody_is_deleted_while_the_list_is_read(at, deleted):
    """After each page somebody who was read is deleted: the first, the second or the last one."""
    if at.provider in KEEP_CUSTOMERS:
        pytest.skip("customers can only be archived there")
    everybody = {f"a{n}@example.com" for n in range(270)}
    at.double.has(*((email, email) for email in sorted(everybody)))
    seen, gone, after = set(), set(), None
    for _ in range(40):
        page = at.connector().customers(after)
        seen |= {one.email for one in page.customers}
        after = page.next
        if after is None:
            break
        left = [one for one in page.customers if one.id not in gone]
        if left and len(gone) < 3:
            gone.add(left[deleted].id)
            delete_customer(at.double, left[deleted].id)
    assert after is None and len(gone) >= 1
    assert seen == everybody


def test_woocommerce_behind_a_proxy_that_drops_its_headers_is_read_whole():
    with tried_store("woocommerce") as tried:
        tried.double.counts = False
        tried.double.has(*((f"A{n}", f"a{n}@example.com") for n in range(100)))
        assert len(read_customers(tried)) == len(set(read_customers(tried))) == 100


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_platform_that_asks_for_patience_is_asked_later(at, status):
    offer = at.connector().offer(TEN_PERCENT, None)
    at.stumbles(0, status)
    with pytest.raises(TryLater):
        at.connector().put([at.code("ANNA-7K2Q", offer)], TEN_PERCENT)
    (code,) = at.connector().put([at.code("ANNA-7K2Q", offer)], TEN_PERCENT)
    assert code.problem is None


def test_an_answer_that_is_lost_makes_nothing_twice(at):
    """Each request in turn is done without an answer; the attempt is repeated by a new process."""

    def everything() -> list[PlatformCode]:
        ours = at.connector()
        offer = ours.offer(TEN_PERCENT, None)
        ours.webhooks(ADDRESS.format(at.provider))
        return ours.put([at.code(text, offer) for text in ("ANNA-7K2Q", "BEN-2222")], TEN_PERCENT)

    for after in range(MOST_STUMBLES):
        at.stumbles(after)
        with contextlib.suppress(TryLater):
            everything()
        at.double.faults.clear()
        made = everything()
        assert [code.problem for code in made] == [None, None], after
        assert len(set(at.double.codes())) <= 3, "Shopify's offer has a code of its own"
        assert at.kind.offers(at.double) <= 1
        assert at.kind.hooks(at.double) == len(
            at.connector().webhooks(ADDRESS.format(at.provider)).ids
        )
        at.connector().drop(made)


def test_what_we_made_is_taken_back_and_nothing_else(at):
    at.double.has_coupon(PLATFORMS[at.provider].spell("SALE"))
    made = put(at, at.connector(), "ANNA-7K2Q")["ANNA7K2Q"]
    hooks = at.connector().webhooks(ADDRESS.format(at.provider)).ids
    if not PLATFORMS[at.provider].drops_with_offer:
        at.connector().drop([made])
    for _ in range(2):
        at.connector().withdraw(made.offer, hooks)
    assert not at.holds("ANNA-7K2Q")
    assert (at.kind.offers(at.double), at.kind.hooks(at.double)) == (0, 0)
