"""The set-up page: the steps that a shop has to take before its first friend buys, and when each of
them was last seen to work.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from shared import bus, owner_settings
from shared.api.request import Request
from shared.api.trusted_proxy import forwarded_host
from shared.connectors.syncing import links_bring_codes
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.money import minor_digits
from shared.links import clicks
from shared.orders import attribution
from shared.pages.site import origin_of
from shared.problem import Unavailable
from shared.settings import MailSettings, ShopSettings
from shared.store import keys
from shared.store.attributions import links
from shared.store.attributions.directory import EVERYBODY, JOINED, RowRange, list_rows, members_of
from shared.store.attributions.links import TEST_LANDING, UnknownCode
from shared.store.programs import programs, sightings
from shared.store.programs.connections import list_connections
from shared.store.reading import Reading
from shared.webhooks import PROVIDERS

TEST_ORDER_MAJOR = 100
STUB = (
    "<script>window.grapevine=window.grapevine||"
    "function(){(grapevine.q=grapevine.q||[]).push(arguments)}</script>"
)
"""The first line of the snippet: it keeps calls until the script is there."""


class SetupStep(NamedTuple):
    """A step of the set-up. `seen_at` is when it was last seen at work, if that is known. A step
    that is not `needed` is shown, but is not one of the steps that are counted.
    """

    name: str
    done: bool
    seen_at: datetime | None = None
    needed: bool = True


class ProviderHook(NamedTuple):
    """The webhook of one provider: whether it has a secret, and when it last delivered."""

    provider: str
    has_secret: bool
    seen_at: datetime | None


def base_url() -> str:
    return ShopSettings.load().base_url


def list_hooks(
    secret_document: Mapping[str, object], seen: Mapping[str, datetime]
) -> list[ProviderHook]:
    """The webhooks of all providers; those that have delivered come first."""
    hooks = [
        ProviderHook(name, bool(secret_document.get(name)), seen.get(sightings.webhook(name)))
        for name in PROVIDERS
    ]
    return sorted(hooks, key=lambda hook: hook.seen_at is None)


def list_steps(
    request: Request, hooks: Sequence[ProviderHook], seen: Mapping[str, datetime]
) -> list[SetupStep]:
    """The steps in the order in which a shop does them. `seen` are the sightings."""
    shop, program = ShopSettings.load(), programs.load_active_item(programs.DEFAULT)
    active = programs.active_program_of(program).active
    told = max((hook.seen_at for hook in hooks if hook.seen_at), default=None)
    allowed = origin_of(shop.shop_url).lower() in owner_settings.origins()
    by_script = not links_bring_codes(links.load_program())
    is_seen = sightings.SNIPPET in seen
    return [
        SetupStep("program", program.published_at is not None and active.covers(request.now)),
        SetupStep("origin", allowed, needed=allowed or by_script),
        SetupStep("snippet", is_seen, seen.get(sightings.SNIPPET), is_seen or by_script),
        SetupStep("webhook", told is not None, told),
        SetupStep("click", sightings.TEST_CLICK in seen, seen.get(sightings.TEST_CLICK)),
        SetupStep("order", sightings.TEST_ORDER in seen, seen.get(sightings.TEST_ORDER)),
        SetupStep("mail", sightings.MAIL in seen, seen.get(sightings.MAIL)),
        SetupStep("domain", _is_at_home(request, shop.base_url)),
    ]


def snippet_lines() -> str:
    """What belongs into the head of every page of the shop (docs/storefront.md), as one line."""
    scripts = ["grapevine.js"]
    if any(connection.provider == "woocommerce" for connection in list_connections()):
        scripts.append("assets/woocommerce.js")
    base = base_url().rstrip("/")
    return STUB + "".join(f'<script async src="{base}/{name}"></script>' for name in scripts)


def mails_are_sent() -> bool:
    return bool(MailSettings.load().mail_from)


def _is_at_home(request: Request, base: str) -> bool:
    """Whether this page was opened at our public address, with TLS."""
    address = urlsplit(base)
    host = forwarded_host(request.headers) or request.header("host")
    return address.scheme == "https" and host.lower() == address.netloc.lower()


def newest_code() -> str | None:
    """The code of the member who joined last, for the fields of the tests; `None` if that member
    has no code, or if there is no member.
    """
    newest = list_rows(RowRange(keys.directory(EVERYBODY, JOINED), descending=True), 1)
    reading = Reading()
    reading.fetch(*attribution.member_keys(members_of(newest)))
    members = [attribution.find_member(reading, row.member or "") for row in newest]
    return next((member.code for member in members if member), None)


def make_test_click(typed: str, at: datetime) -> str:
    """Follows an advocate's link as a friend's browser does. Returns the `ref_token`. Raises
    `InvalidDocument` for a code that nobody shares.
    """
    try:
        code = clicks.parse_code(typed)
        token = clicks.new_token()
        links.keep_click(token, code, at, TEST_LANDING)
    except UnknownCode:
        raise InvalidDocument([FieldError("code", "is not an advocate's code")]) from None
    sightings.note(sightings.TEST_CLICK, at)
    return token


def tell_test_order(typed: str, at: datetime) -> None:
    """Puts an order on the bus that a friend of this advocate places after a click. It is marked
    `test`: it is handled like a real order, and is parked at the end. Raises `InvalidDocument` for
    a code that nobody shares, and `Unavailable` if the bus is busy.
    """
    token, program, moment = make_test_click(typed, at), links.load_program(), instant_text(at)
    facts = {
        "id": f"grapevine-test-{token[:8]}",
        "ref_token": token,
        "status": "completed",
        "placed_at": moment,
        "paid_at": moment,
        "completed_at": moment,
        "currency": program.currency,
        "items_total": TEST_ORDER_MAJOR * 10 ** minor_digits(program.currency),
        "test": True,
    }
    try:
        bus.put_event(bus.ORDER_CHANGED, facts, at)
    except bus.BusRefused:
        raise Unavailable("bus_refused", "The event bus is busy. Try again in a moment.") from None
