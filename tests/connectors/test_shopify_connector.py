"""Shopify's Admin API as we speak it: by its own schema, against a store that misbehaves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from graphql import parse, validate

from shared.connectors.connector import PlatformRefused, StoreKey, TryLater, UnreadableAnswer
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.credit.shopify_credit import put_at_shopify
from shared.connectors.shopify import MOST_ADDED_AT_ONCE, Shopify, documents, graphql
from shared.domain.money import Grant
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support.platforms.shopify import (
    CLIENT_ID,
    CLIENT_SECRET,
    RESTORED_A_SECOND,
    SCHEMA,
    STORE,
    Fault,
    ShopifyStore,
    shopify_store,
)

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TEN_PERCENT = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(100_000), None, 5000), True, NOW)
TEN_EUROS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(0, 1000)), True, NOW)
CREDIT = CreditTerms(
    "GC-2345-6789-ABCD", 1_200, "EUR", 2_400, NOW, NOW + timedelta(days=6), "I", None
)
DOCUMENTS = [
    text
    for name, text in vars(documents).items()
    if name.isupper() and isinstance(text, str) and text.startswith(("query", "mutation"))
]


@pytest.fixture
def store():
    graphql._tokens.clear()
    with shopify_store() as double:
        yield double
    graphql._tokens.clear()


def shopify(store: ShopifyStore, **secret: str) -> Shopify:
    fields = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} | secret
    return Shopify(StoreKey(STORE, store.url, "http://127.0.0.1:8000", fields))


def codes(offer: str, *texts: str) -> list[PlatformCode]:
    return [PlatformCode(text.replace("-", ""), text, None, offer) for text in texts]


@pytest.mark.parametrize("document", [*DOCUMENTS, documents.codes_find(25)])
def test_every_document_is_one_that_shopifys_schema_knows(document):
    assert len(DOCUMENTS) == 14
    assert validate(SCHEMA, parse(document)) == []


def test_a_store_says_what_it_is_and_which_scopes_the_token_lacks(store):
    assert shopify(store).look() == ("Tea", (STORE,), "EUR", ())
    store.scopes = ["read_orders"]
    assert shopify(store).look().missing_scopes == ("read_customers", "write_discounts")


def test_the_offer_is_what_the_program_takes_off(store):
    offer = shopify(store).offer(TEN_PERCENT, None)
    (code,) = store.codes()
    assert (store.takes_off(code, 10_000), store.takes_off(code, 4_999)) == (1_000, 0)
    assert shopify(store).offer(TEN_EUROS, offer) == offer
    assert (store.takes_off(code, 10_000), store.takes_off(code, 4_999)) == (1_000, 1_000)


def test_an_offer_that_staff_deleted_is_made_anew(store):
    offer = shopify(store).offer(TEN_PERCENT, None)
    store.discounts.clear()
    assert shopify(store).offer(TEN_PERCENT, offer) in store.discounts


def test_codes_that_are_there_are_ours_where_they_belong_to_our_discount(store):
    store.foreign.add("SALE")
    ours = shopify(store)
    offer = ours.offer(TEN_PERCENT, None)
    first = ours.put(codes(offer, "ANNA-7K2Q", "SALE"), TEN_PERCENT)
    assert [(code.spelled, bool(code.id), code.problem) for code in first] == [
        ("SALE", False, TAKEN),
        ("ANNA-7K2Q", True, None),
    ]
    assert ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)[0].id == first[1].id


def test_codes_that_an_earlier_connection_left_behind_are_ours_again(store):
    """The store was gone when it was disconnected, so its discount and codes are still there."""
    ours = shopify(store)
    before = ours.offer(TEN_PERCENT, None)
    ours.put(codes(before, "ANNA-7K2Q", "BEN-2222"), TEN_PERCENT)
    store.foreign.add("SALE")
    later = replace(TEN_EUROS, since=NOW + timedelta(days=9))
    offer = ours.offer(later, None)
    assert offer != before
    there = ours.put(codes(offer, "ANNA-7K2Q", "BEN-2222", "SALE"), later)
    assert {code.spelled: code.problem for code in there} == {
        "ANNA-7K2Q": None,
        "BEN-2222": None,
        "SALE": TAKEN,
    }
    assert set(store.discounts[offer].codes) >= {"ANNA-7K2Q", "BEN-2222"}
    assert not {"ANNA-7K2Q", "BEN-2222"} & set(store.discounts[before].codes)


def test_a_code_that_shopify_does_not_take_is_named_and_stops_no_other(store):
    ours = shopify(store)
    offer = ours.offer(TEN_PERCENT, None)
    long = "X" * 300
    there = ours.put(codes(offer, "ANNA-7K2Q", long, "BEN-2222"), TEN_PERCENT)
    assert [code.problem for code in there] == [None, NOT_ACCEPTED, None]


def test_a_job_that_takes_its_time_is_found_done_later(store):
    ours, store.looks = shopify(store), 99
    offer = ours.offer(TEN_PERCENT, None)
    with pytest.raises(TryLater):
        ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    store.finish_jobs()
    made = ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    assert made[0].problem is None
    with pytest.raises(TryLater):
        ours.drop(made)
    assert "ANNA-7K2Q" in store.codes()
    store.looks = 0
    ours.drop(made)
    assert "ANNA-7K2Q" not in store.codes()


def test_a_code_that_two_jobs_make_is_ours_and_not_refused(store):
    """The first attempt's job is still running when the second attempt begins another."""
    ours, store.looks = shopify(store), 99
    offer = ours.offer(TEN_PERCENT, None)
    with pytest.raises(TryLater):
        ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    (slow,), store.looks = store.jobs, 0
    store.jobs[slow][0] = 0
    finishes = store.start

    def start(job, work):
        store.look_at(slow)
        finishes(job, work)

    store.start = start
    (code,) = ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    assert (code.problem, code.id) == (None, store.codes()["ANNA-7K2Q"])


def test_a_code_that_the_search_does_not_know_yet_is_not_taken_for_dropped(store):
    ours = shopify(store)
    offer = ours.offer(TEN_PERCENT, None)
    ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    store.unsearched = {"ANNA-7K2Q"}
    (found,) = ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    assert (found.id, found.problem) == (None, None)
    with pytest.raises(TryLater):
        ours.drop([found])
    store.unsearched.clear()
    ours.drop([found])
    assert "ANNA-7K2Q" not in store.codes()


def test_a_discount_that_shopify_does_not_delete_is_deleted_later(store):
    ours = shopify(store)
    offer, store.keeps = ours.offer(TEN_PERCENT, None), True
    with pytest.raises(TryLater):
        ours.withdraw(offer, ())
    store.keeps = False
    ours.withdraw(offer, ())
    ours.withdraw(offer, ())
    assert store.discounts == {}


def test_customers_come_without_what_the_plan_does_not_show(store):
    store.has(("Anna", "anna@example.com"))
    store.hidden = {"email", "firstName"}
    (anna,) = shopify(store).customers(None).customers
    assert (anna.id, anna.email, anna.name) == (store.customers[0]["legacyResourceId"], None, None)


@pytest.mark.parametrize("path", [["customers"], None])
def test_what_the_plan_does_not_show_at_all_is_a_refusal(store, path):
    error = {"message": "Not approved to access the Customer object", "path": path}
    error |= {"extensions": {"code": "ACCESS_DENIED"}}
    answer = {"data": {"customers": None}, "errors": [error]}
    store.faults += [Fault(body=answer), Fault(body=answer)]
    with pytest.raises(PlatformRefused, match="Customer object"):
        shopify(store).customers(None)


def in_cart(store: ShopifyStore, *typed: str) -> list[int]:
    """What each code takes off a cart of 100 in the order in which they are typed, in major units."""
    return [taken // 100 for taken in store.cart(typed, 10_000).values()]


@pytest.fixture
def anna_and_credit(store) -> ShopifyStore:
    """A store that has an advocate's code and a credit code, and discounts of its own."""
    ours = shopify(store)
    offer = ours.offer(TEN_EUROS, None)
    ours.put(codes(offer, "ANNA-7K2Q", "BEN-2222"), TEN_EUROS)
    put_at_shopify(ours, CREDIT)
    everything = {"orderDiscounts": True, "productDiscounts": True, "shippingDiscounts": True}
    store.discounts_of_its_own("ALONE", "ORDER")
    store.discounts_of_its_own("OPEN", "ORDER", **everything)
    store.discounts_of_its_own("SALE", "PRODUCT", **everything)
    store.discounts_of_its_own("FREESHIP", "SHIPPING", **everything)
    return store


def test_credit_and_an_advocates_code_are_taken_in_one_cart(anna_and_credit):
    assert in_cart(anna_and_credit, "ANNA-7K2Q", CREDIT.text) == [10, 12]
    assert in_cart(anna_and_credit, CREDIT.text, "ANNA-7K2Q") == [12, 10]


def test_two_advocates_codes_are_not_added_up(anna_and_credit):
    assert in_cart(anna_and_credit, "ANNA-7K2Q", "BEN-2222", CREDIT.text) == [10, 0, 12]


def test_credit_pays_beside_what_the_shop_gives_where_that_allows_it(anna_and_credit):
    assert in_cart(anna_and_credit, CREDIT.text, "OPEN") == [12, 5]
    assert in_cart(anna_and_credit, CREDIT.text, "SALE") == [12, 5]
    assert in_cart(anna_and_credit, CREDIT.text, "FREESHIP") == [12, 5]
    assert in_cart(anna_and_credit, CREDIT.text, "ALONE") == [12, 0]


def test_an_advocates_code_is_not_added_to_a_sale_and_costs_nobody_free_shipping(anna_and_credit):
    assert in_cart(anna_and_credit, "ANNA-7K2Q", "SALE") == [10, 0]
    assert in_cart(anna_and_credit, "ANNA-7K2Q", "FREESHIP") == [10, 5]
    assert in_cart(anna_and_credit, "ANNA-7K2Q", "ALONE") == [10, 0]


def test_an_offer_from_before_lets_credit_in_once_it_is_written_again(store):
    ours = shopify(store)
    offer = ours.offer(TEN_EUROS, None)
    ours.put(codes(offer, "ANNA-7K2Q"), TEN_EUROS)
    put_at_shopify(ours, CREDIT)
    del store.discounts[offer].terms["combinesWith"]
    assert in_cart(store, "ANNA-7K2Q", CREDIT.text) == [10, 0]
    ours.offer(TEN_EUROS, offer)
    assert in_cart(store, "ANNA-7K2Q", CREDIT.text) == [10, 12]


def refusal(store: ShopifyStore, **secret: str) -> PlatformRefused:
    with pytest.raises(PlatformRefused) as refused:
        shopify(store, **secret).look()
    return refused.value


def test_a_document_that_shopify_no_longer_knows_is_a_refusal(store):
    error = {"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}
    store.faults.append(Fault(body={"errors": [error]}))
    assert "Field 'x'" in str(refusal(store))
    store.faults.append(Fault(404, body={"errors": "Not Found"}))
    assert "Not Found" in str(refusal(store))


def test_an_error_of_shopifys_own_passes(store):
    ours = shopify(store)
    ours.look()
    internal = {"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    store.faults.append(Fault(body={"errors": [internal]}))
    with pytest.raises(TryLater):
        ours.look()
    user = {"field": None, "message": "Internal error", "code": "INTERNAL_ERROR"}
    payload = {"codeDiscountNode": None, "userErrors": [user]}
    store.faults.append(Fault(body={"data": {"discountCodeBasicCreate": payload}}, lets=1))
    with pytest.raises(TryLater):
        ours.offer(TEN_PERCENT, None)


def test_a_token_that_ends_in_the_middle_of_the_customers_is_renewed(store):
    store.has(*((f"Anna{n}", f"a{n}@example.com") for n in range(60)))
    ours = shopify(store)
    first = ours.customers(None)
    store.tokens.clear()
    assert len(first.customers) + len(ours.customers(first.next).customers) == 60


def test_the_field_that_is_to_blame_is_named(store):
    wrong = refusal(store, client_secret="wrong")
    assert wrong.fault.field == "client_secret" and "Dev Dashboard" in wrong.fault.message
    store.refuses = "shop_not_permitted"
    assert refusal(store).fault.field == "client_id"
    pasted = refusal(store, access_token="shpat_gone")
    assert pasted.fault.field == "access_token"


def test_a_scope_that_the_app_got_since_is_there_without_waiting_for_a_day(store):
    store.scopes = ["read_customers", "read_orders"]
    assert shopify(store).look().missing_scopes == ("write_discounts",)
    with pytest.raises(PlatformRefused, match="write_discounts"):
        shopify(store).offer(TEN_PERCENT, None)
    store.scopes.append("write_discounts")
    assert shopify(store).offer(TEN_PERCENT, None) in store.discounts


def test_a_token_of_the_right_client_opens_nothing_for_a_wrong_one(store):
    shopify(store).look()
    assert refusal(store, client_id="wrong").fault.field == "client_secret"


def test_a_store_that_shopify_does_not_have_is_said(store):
    store.answers_tokens = Fault(404, body=b"<!doctype html>")
    with pytest.raises(UnreadableAnswer):
        shopify(store).look()
    store.answers_tokens = Fault(404, body={"errors": "Not Found"})
    refused = refusal(store)
    assert refused.fault.field == "store" and ".myshopify.com" in refused.fault.message


def test_a_code_without_a_known_id_is_dropped_by_what_shopify_says(store):
    ours = shopify(store)
    offer = ours.offer(TEN_PERCENT, None)
    ours.put(codes(offer, "ANNA-7K2Q"), TEN_PERCENT)
    ours.drop(codes(offer, "ANNA-7K2Q"))
    assert "ANNA-7K2Q" not in store.codes()
    ours.drop(codes("gid://shopify/DiscountCodeNode/1", "ANNA-7K2Q"))


def test_throttling_says_when_to_come_back(store):
    store.points = 0
    with pytest.raises(TryLater) as later:
        shopify(store).look()
    assert later.value.seconds == 1
    store.faults.append(Fault(429, {"Retry-After": "7.5"}))
    with pytest.raises(TryLater) as later:
        shopify(store).look()
    assert later.value.seconds == 8
    store.faults.append(Fault(502))
    with pytest.raises(TryLater):
        shopify(store).look()


def test_many_codes_wait_until_there_are_points_for_them(store):
    ours, texts = shopify(store), [f"ANNA-{number:04}" for number in range(25)]
    offer = ours.offer(TEN_PERCENT, None)
    store.points = 100
    with pytest.raises(TryLater) as later:
        ours.put(codes(offer, *texts), TEN_PERCENT)
    assert 2 <= later.value.seconds <= 9
    store.points += later.value.seconds * RESTORED_A_SECOND
    with pytest.raises(TryLater):
        ours.put(codes(offer, *texts), TEN_PERCENT)
    store.points = 2_000
    assert not [code for code in ours.put(codes(offer, *texts), TEN_PERCENT) if code.problem]
    assert len(store.codes()) == 26


def test_the_largest_batch_is_one_that_shopify_computes(store):
    """The double refuses a request of more than 1,000 points."""
    ours = shopify(store)
    offer = ours.offer(TEN_PERCENT, None)
    texts = [f"ANNA-{number:04}" for number in range(MOST_ADDED_AT_ONCE)]
    made = ours.put(codes(offer, *texts), TEN_PERCENT)
    assert [code.problem for code in made] == [None] * MOST_ADDED_AT_ONCE


def test_a_token_that_was_withdrawn_is_renewed_and_a_wrong_secret_is_said(store):
    shopify(store).look()
    store.tokens.clear()
    assert shopify(store).look().name == "Tea"
    with pytest.raises(PlatformRefused, match="client ID and secret"):
        shopify(store, client_secret="wrong").look()
    with pytest.raises(PlatformRefused, match="token of the older app"):
        shopify(store, access_token="shpat_gone").look()


def test_webhooks_are_made_once_and_without_disputes_where_they_may_not_be_read(store):
    address = "http://127.0.0.1:8000/webhooks/shopify"
    first = shopify(store).webhooks(address)
    assert shopify(store).webhooks(address) == first
    assert len(store.webhooks) == len(documents.TOPICS) - 2
    assert first.secret == CLIENT_SECRET


def test_customers_come_page_by_page(store):
    store.has(*((f"Anna{n}", f"a{n}@example.com") for n in range(120)))
    ours, after, seen = shopify(store), None, []
    while True:
        page = ours.customers(after)
        seen += page.customers
        after = page.next
        if after is None:
            break
    assert [customer.email for customer in seen] == [f"a{n}@example.com" for n in range(120)]
    assert ours.customer(seen[7].id) == seen[7]
    assert ours.customer("1") is None and ours.customer("x") is None


def test_what_we_made_is_taken_back_even_where_staff_was_faster(store):
    ours = shopify(store)
    offer, hooks = ours.offer(TEN_PERCENT, None), ours.webhooks("http://127.0.0.1:8000/x").ids
    store.discounts.clear()
    ours.withdraw(offer, hooks)
    ours.withdraw(offer, hooks)
    assert (store.discounts, store.webhooks) == ({}, {})
