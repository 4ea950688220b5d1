"""I connect my store in the console or by `grapevine connect`: what do I see, and can I try it?"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.cli.commands.connect import ASKED
from shared.connectors.platforms import PLATFORMS
from tests.support.platforms import paddle, shopify
from tests.support.platforms.connected_shop import ConnectedShop, connected_shop
from tests.support.running_cloud import Answer, wait_until
from tests.support.running_shop import refused
from tests.support.running_staff import RunningStaff

ROOT = Path(__file__).parents[2]
PAGE = "/console/connections"
SHOPIFY = {
    "provider": "shopify",
    "store": shopify.STORE,
    "client_id": shopify.CLIENT_ID,
    "client_secret": shopify.CLIENT_SECRET,
}
STEPS = 5


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with shopify.shopify_store() as store, paddle.paddle_account() as account:
        store.has(("Anna", "anna@example.com"))
        account.has(("Ben", "ben@paddle.example"))
        apis = {"shopify": store.url, "paddle": account.url}
        with connected_shop(tmp_path_factory.mktemp("page"), apis) as running:
            running.store, running.account = store, account
            running.clock("2026-03-01T10:00:00Z")
            yield running


@pytest.fixture(scope="module")
def owner(shop):
    return RunningStaff(shop)


def grapevine_connect(shop: ConnectedShop, *arguments: str, **secrets: str) -> tuple[int, str, str]:
    """The command, as somebody types it on the machine of the system."""
    command = [sys.executable, "-m", "local.cli.main", "connect", *arguments]
    named = {f"GRAPEVINE_{name.upper()}": text for name, text in secrets.items()}
    done = subprocess.run(
        [*command, "--data", str(shop.cloud.folder)],
        cwd=ROOT,
        env={**os.environ, **named},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def page_of(owner: RunningStaff) -> str:
    return owner.get(PAGE).body.decode()


def connection_at(shop: ConnectedShop, provider: str) -> dict:
    rows = shop.get("/v1/connections", shop.staff_key)["items"]
    return next(row for row in rows if row["provider"] == provider)


def pressed(owner: RunningStaff, shop: ConnectedShop, deed: str) -> Answer:
    connection = connection_at(shop, "shopify")["id"]
    return owner.push(PAGE, f"{PAGE}/{connection}/{deed}")


def test_the_command_asks_for_what_each_platform_needs():
    assert set(ASKED) == set(PLATFORMS)
    for name, asked in ASKED.items():
        needed = {field for field, required in PLATFORMS[name].fields.items() if required}
        assert needed <= set(asked) <= set(PLATFORMS[name].fields)


def test_a_form_of_the_console_connects_and_every_step_gets_its_tick(shop, owner):
    for platform in PLATFORMS.values():
        assert f'name="provider" value="{platform.name}"' in page_of(owner)
    assert owner.push(PAGE, PAGE, **SHOPIFY).status == 303
    wait_until(lambda: connection_at(shop, "shopify")["state"] == "connected")
    seen = page_of(owner)
    assert seen.count("✓ Done") == STEPS and "Not yet" in seen, "all but the test order"


def test_the_form_asks_in_the_words_of_the_platforms(owner):
    page = page_of(owner)
    asked = re.findall(r'<label for="[a-z_]+-[a-z]+">([^<]+)</label>', page)
    assert {"Client ID", "Client secret", "Consumer key", "Consumer secret"} <= set(asked)
    assert {"Restricted key", "Access token", "API key"} <= set(asked)
    assert not [label for label in asked if "_" in label]


def test_without_https_woocommerce_can_only_be_pasted(shop, owner):
    page = page_of(owner)
    assert "WooCommerce sends it by itself only to a console with https" in page
    assert "Connect with WooCommerce" not in page
    answer = owner.push(PAGE, f"{PAGE}/key-request", provider="woocommerce", store="tea.example")
    assert answer.status == 409 and "Paste a key instead" in answer.body.decode()


def test_a_key_that_nobody_asked_for_is_not_taken(shop):
    key = {"user_id": "x" * 43, "consumer_key": "ck_1", "consumer_secret": "cs_1"}
    posted = shop.cloud.post("/webhooks/woocommerce/key", key)
    assert refused(posted, 404)["code"] == "unknown_key_request"


def field_of(page: str, own: str) -> str:
    """One field of a page, with its label and what is wrong with it."""
    return re.search(rf'<div class="field">\s*<label for="{own}">.*?</div>', page, re.S)[0]


@pytest.mark.parametrize(
    ("language", "label", "wrong"),
    [
        ("en", "Client secret", "is not accepted; see in the Dev Dashboard"),
        ("de", "Client-Secret", "wird nicht angenommen; sehen Sie im Dev Dashboard nach"),
    ],
)
def test_a_key_that_is_wrong_is_said_at_its_field_in_my_language(
    shop, owner, language, label, wrong
):
    owner.cookies["gv_language"] = language
    refused_form = owner.push(PAGE, PAGE, **SHOPIFY | {"client_secret": "shpss_wrong"})
    owner.cookies["gv_language"] = "en"
    page = refused_form.body.decode()
    assert refused_form.status == 422
    secret = field_of(page, "client_secret-shopify")
    assert label in secret and wrong in secret
    assert 'aria-invalid="true" autofocus' in secret and page.count("autofocus") == 1
    assert f'value="{shopify.STORE}"' in field_of(page, "store-shopify")
    assert "shpss_wrong" not in page and shopify.CLIENT_ID not in page
    assert "client_secret " not in page, "no field is named by its name in the API"
    assert page.count("<details open>") == 1


def test_a_permission_that_is_missing_is_said_with_where_it_is_given(shop, owner):
    form = {"provider": "paddle", "access_token": paddle.KEY}
    shop.account.closed = {"customer.read"}
    page = owner.push(PAGE, PAGE, **form).body.decode()
    shop.account.closed = set()
    key = field_of(page, "access_token-paddle")
    assert "API key" in key and "does not open customer.read" in key
    assert "Developer tools → Authentication" in key


def test_a_key_that_the_platform_only_showed_dots_of_is_known_before_it_is_sent(shop, owner):
    asked = len(shop.account.asked)
    form = {"provider": "paddle", "access_token": "pdl_live_••••••"}
    page = owner.push(PAGE, PAGE, **form).body.decode()
    assert "copy the whole key once more" in field_of(page, "access_token-paddle")
    assert len(shop.account.asked) == asked


def test_an_address_at_which_a_page_answers_says_what_to_look_at(shop, owner):
    shop.store.answers_tokens = shopify.Fault(404, body=b"<!doctype html>")
    answer = owner.push(PAGE, PAGE, **SHOPIFY | {"client_secret": "shpss_another"})
    shop.store.answers_tokens = None
    store = field_of(answer.body.decode(), "store-shopify")
    assert answer.status == 422 and "answers with a page and not as Shopify" in store
    said = shop.connects("shopify", "https://x")
    (fault,) = [it for it in refused(said, 422)["errors"] if it["field"] == "store"]
    assert "my-shop.myshopify.com" in fault["message"]


def test_a_test_order_goes_the_way_of_a_real_one_and_pays_nothing(shop, owner):
    wait_until(lambda: connection_at(shop, "shopify")["codes"] > 0)
    assert pressed(owner, shop, "test-order").status == 303
    shop.drain()
    order = f"shopify-test-{connection_at(shop, 'shopify')['id']}"
    assert f'href="/console/orders/{order}"' in page_of(owner)
    seen = shop.seen_order(order)
    order_seen = seen["order"]
    assert (seen["state"], order_seen["test"], order_seen["items_total"]) == (
        "parked",
        True,
        10_000,
    )
    assert seen["rewards"] == []
    anna = shop.get(f"/v1/members/{shop.store.customers[0]['legacyResourceId']}")
    assert (order_seen["code"], anna["balance"]) == (anna["code"], 0)
    assert "Not yet" not in page_of(owner)
    assert owner.get(f"/console/orders/{order}").status == 200
    assert shop.verify()["differences"] == []


def test_a_code_that_the_store_refuses_is_named_and_comes_when_its_place_is_free(shop, owner):
    ben = {"id": shop.named("ben"), "login": shop.named("ben"), "own_code": "BENSOWN1"}
    shop.store.foreign.add("BENSOWN1")
    wish = {"kind": "members", "rows": [ben]}
    assert shop.ask("POST", "/v1/imports", wish, shop.staff_key).status == 202
    wait_until(lambda: connection_at(shop, "shopify")["codes_refused"] == 1)
    page = page_of(owner)
    assert "BENSOWN1" in page and "a coupon or discount of its own with this text" in page
    shop.store.foreign.clear()
    assert owner.push(PAGE, PAGE, **SHOPIFY).status == 303
    wait_until(lambda: "BENSOWN1" in shop.store.codes())
    wait_until(lambda: connection_at(shop, "shopify")["codes_refused"] == 0)


def test_a_store_that_stops_says_what_to_do_in_my_language(shop, owner):
    shop.store.refuses = "invalid_client"
    shop.store.tokens.clear()
    shop.member("carl")
    wait_until(lambda: connection_at(shop, "shopify")["state"] == "stopped")
    shop.store.refuses = False
    assert "Shopify does not accept the key" in page_of(owner)
    owner.cookies["gv_language"] = "de"
    assert "Shopify nimmt den Schlüssel nicht an; sehen Sie im Dev Dashboard nach" in page_of(owner)
    owner.cookies["gv_language"] = "en"
    assert owner.push(PAGE, PAGE, **SHOPIFY).status == 303
    wait_until(lambda: connection_at(shop, "shopify")["state"] == "connected")


def test_pressed_twice_it_is_the_same_order(shop, owner):
    assert pressed(owner, shop, "test-order").status == 303
    shop.drain()
    assert page_of(owner).count("shopify-test-") == 2, "the link and its text"


def test_only_owners_send_one(shop, owner):
    helper = owner.colleague("support")
    connection = connection_at(shop, "shopify")["id"]
    refused_there = helper.push(PAGE, f"{PAGE}/{connection}/test-order")
    assert refused_there.status == 403


def test_the_command_prints_each_step_and_says_when_it_is_done(shop):
    code, told, _ = grapevine_connect(shop, "paddle", access_token=paddle.KEY)
    assert code == 0 and told.count("✓") == STEPS
    assert "connected" in told and "1 members, " in told
    code, told, _ = grapevine_connect(shop, "paddle", access_token=paddle.KEY)
    assert code == 0, "connected again, with the same key"
    assert len(shop.account.rows["notification-settings"]) == 1


def test_the_command_says_what_is_wrong(shop):
    code, _, said = grapevine_connect(shop, "paddle", access_token="pdl_wrong")
    assert code != 0 and "Paddle does not accept the key" in said
    shop.account.closed = {"customer.read"}
    code, _, said = grapevine_connect(shop, "paddle", access_token=paddle.KEY)
    shop.account.closed = set()
    assert code != 0 and "customer.read" in said


def test_a_button_takes_everything_back(shop, owner):
    connection = connection_at(shop, "shopify")["id"]
    assert pressed(owner, shop, "disconnect").status == 303
    path = f"/v1/connections/{connection}"
    wait_until(lambda: shop.ask("GET", path, key=shop.staff_key).status == 404)
    assert (shop.store.discounts, shop.store.webhooks) == ({}, {})
    assert "shopify-test-" not in page_of(owner)
    gone = owner.push(PAGE, f"{PAGE}/{connection}/test-order")
    assert gone.status == 404


def test_without_a_code_at_the_store_there_is_nothing_to_try(shop, owner):
    shop.publish(friend={"discount": None})
    connection = connection_at(shop, "paddle")["id"]
    wait_until(lambda: not shop.account.codes())
    wait_until(lambda: connection_at(shop, "paddle")["codes"] == 0)
    answer = owner.push(PAGE, f"{PAGE}/{connection}/test-order")
    assert answer.status == 409 and "no code yet" in answer.body.decode()
    seen = connection_at(shop, "paddle")
    assert seen["state"] == "connected", "nothing is left to do"
    assert [step for step, ticked in seen["steps"].items() if not ticked] == ["offer", "codes"]
    page = page_of(owner)
    assert "The program takes nothing off for friends" in page
    assert "That needs a discount for friends" in page, "why there is no button"
    code, told, _ = grapevine_connect(shop, "paddle", access_token=paddle.KEY)
    assert (code, told.count("✓")) == (0, STEPS - 2) and "Add a discount" in told
    refused(shop.ask("GET", "/v1/connections/none", key=shop.staff_key), 404)
