"""The scenes of a rehearsal. Each runs on the deployed stack and raises `RehearsalFailed` if
something is wrong.
"""

import json
import os
import re
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from local.cloud.clock import format_instant
from local.cloud.engine import own_environment
from local.demo.narration import Narration, StoryFailed
from local.demo.story import tell_story
from local.demo.story_calls import StoryCalls
from local.operations.deployed_stack import client, load_stack
from local.operations.live_tables import live_tables
from local.rehearsal.cloud import ROOT, STACK, RehearsalFailed
from local.rehearsal.shop import RehearsedShop, expect, type_command, wait_for

OWNER_EMAIL = "owner@example.com"
CONSOLE_PAGES = (
    "/console",
    *("/console/members", "/console/orders", "/console/transactions", "/console/journal"),
    *("/console/groups", "/console/programs", "/console/programs/default", "/console/simulator"),
    *("/console/settlements", "/console/mails", "/console/reviews", "/console/parked"),
    *("/console/keys", "/console/webhooks", "/console/settings", "/console/audit"),
    *("/console/dead-letters", "/console/staff"),
)
_LINK = re.compile(r"http[^\s\"\\<]+/console/sign-in/[^\s\"\\<]+")
GOLDEN = {
    "AttributionsTable": ("member", "member_guest", "code", "login", "friend", "referral"),
    "LedgerTable": (
        *("account", "entry", "order", "order_credit", "ref", "purchases"),
        *("hold_open", "statement", "settlement_run_closed"),
    ),
    "ProgramsTable": (
        *("program", "listed_program", "audit_line", "parked", "parked_place"),
        *("webhook", "mail", "closing"),
    ),
}
"""Names of items that the last release stored, by the table that they are put into."""
_PROGRAM = {
    "id": "default",
    "name": "Levels",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}
GOLDEN_PARTS = {"program": {"document": {"S": json.dumps(_PROGRAM)}}}
"""Replacements for parts of golden items: the golden program has no rules, but reading orders needs
a complete program.
"""
GOLDEN_READS = {
    "secret_key": (
        *("/v1/members/I", "/v1/members/I/entries", "/v1/members/I/balance"),
        *("/v1/members/I/statements/2026-03", "/v1/orders/1001"),
    ),
    "staff_key": ("/v1/members/I/export", "/v1/audit", "/v1/parked", "/v1/webhooks"),
}


def tell_of_one_recommendation(shop: RehearsedShop, folder: Path) -> None:
    """Runs the README's story: link, purchase, reward, refund, the refund again, and books without
    differences.
    """
    with (folder / f"story-{shop.mark}.log").open("w") as out:
        narration = Narration(shop.system["base_url"], out)
        try:
            tell_story(narration, StoryCalls(narration, shop.system, folder, shop.mark))
        except StoryFailed as difference:
            raise RehearsalFailed(f"the story: {difference}; see {out.name}") from None
    shop.drain()


def sign_in_and_look(shop: RehearsedShop) -> None:
    """Signs in as the owner, with a mailed link, and opens every page of the console. Each must
    have its stylesheet.
    """
    expect(200, shop.browse("POST", "/console/sign-in", {"email": OWNER_EMAIL}), "the sign-in")
    link = urlsplit(wait_for("the mail with a link", _mailed_link)).path
    answer = expect(303, shop.browse("POST", link, {"": ""}), "the mailed link")
    for page in (answer.headers["location"], *CONSOLE_PAGES):
        shown = expect(200, shop.browse("GET", page), page).body.decode()
        styles = re.findall(r'href="(/assets/style\.css[^"]*)"', shown)
        if not styles:
            raise RehearsalFailed(f"{page} has no style")
    expect(200, shop.browse("GET", styles[0]), styles[0])


def _mailed_link() -> str:
    """Returns the newest sign-in link in the stored mails; "" if there is none yet."""
    address = f"{os.environ['AWS_ENDPOINT_URL']}/_ministack/ses/messages"
    with urllib.request.urlopen(address) as sent:
        links = _LINK.findall(sent.read().decode())
    return str(links[-1]) if links else ""


def end_a_month(shop: RehearsedShop) -> None:
    """Lets an advocate earn in the last month, closes the month, and checks the advocate's
    statement.
    """
    this_month = datetime.now(UTC).replace(day=1, hour=12, minute=0, second=0, microsecond=0)
    last_month = this_month - timedelta(days=10)
    month, advocate, friend = f"{last_month:%Y-%m}", f"carla-{shop.mark}", f"dora-{shop.mark}"
    shop.set_clock(format_instant(last_month))
    for member, form in ((advocate, {}), (friend, {"referrer_login": advocate})):
        put = shop.ask("PUT", f"/v1/members/{member}", {"login": member} | form)
        expect(200, put, f"registering {member}")
    order = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": friend},
    }
    put = shop.ask("PUT", f"/v1/orders/month-{shop.mark}", order)
    expect(200, put, "an order of last month")
    shop.set_clock(None)
    begun = shop.ask("POST", "/v1/settlements", {"month": month}, "staff_key")
    expect(202, begun, "closing the month")
    settlement = f"/v1/settlements/{month}"
    wait_for(
        "the end of the month",
        lambda: shop.ask("GET", settlement, key="staff_key").json.get("state") == "closed",
    )
    statement = shop.get(f"/v1/members/{advocate}/statements/{month}").json
    if statement["closing"] != 1000:
        raise RehearsalFailed(f"the statement closes at {statement['closing']} in place of 1000")
    shop.drain()


def verify_books(shop: RehearsedShop) -> str:
    """Verify over the API and with the command; return the output of the command."""
    shop.drain()
    answered = expect(200, shop.ask("POST", "/v1/verify", {}, "staff_key"), "verify").json
    if answered["differences"]:
        raise RehearsalFailed(f"the books do not add up: {answered['differences'][:3]}")
    return type_command("verify", "--stack", STACK)


def restore_tables() -> str:
    """Runs `grapevine restore-drill`, which starts a cloud of its own; returns the last line of its
    output.
    """
    return type_command("restore-drill", environment=own_environment()).splitlines()[-1]


def read_what_the_last_release_stored(shop: RehearsedShop) -> None:
    """Puts golden items into the tables, and checks that the functions can read them.

    The items do not fit together, so the books do not add up afterwards. This must be the last
    scene.
    """
    folder, tables = newest_golden_items(), live_tables(load_stack(STACK))
    dynamodb = client("dynamodb")
    for table, names in GOLDEN.items():
        for name in names:
            item = json.loads((folder / f"{name}.json").read_text()) | GOLDEN_PARTS.get(name, {})
            dynamodb.put_item(TableName=tables[table], Item=item)
    for key, paths in GOLDEN_READS.items():
        for path in paths:
            shop.get(path, key)


def newest_golden_items() -> Path:
    """Returns the folder with the items of the newest release before this one."""
    folders = sorted((ROOT / "tests" / "golden").glob("[0-9]*.[0-9]*"))
    if not folders:
        raise RehearsalFailed("tests/golden has no items of a release")
    return folders[-1] / "items"
