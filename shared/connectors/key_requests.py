"""A WooCommerce store makes a key for us: an owner asks for it, the store's administrator approves it
at the store, and the store posts it to us (specification: connected-platforms; decision 319).

One request waits at a time. It is an entry of the secret of connected stores, because it holds the
key until the owner is back.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import urlencode

from shared.connectors.connecting import (
    CONNECTION_FORM,
    LONGEST_SECRET,
    check_place,
    is_key,
    parse_store,
)
from shared.connectors.platforms import base_url_of
from shared.connectors.store_secrets import drop_secret, keep_secret, read_secret
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import instant_text, parse_instant
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, NotFound
from shared.settings import ShopSettings

PROVIDER = "woocommerce"
LIFE = timedelta(minutes=30)
LARGEST_KEY = 4 * 1024
"""Bytes that a store may post."""
RETURN_PATH, KEY_PATH = "/console/connections/key-request", "/webhooks/woocommerce/key"
_STORE_PATH = "/wc-auth/v1/authorize"
_ENTRY = "key_request"


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A request for a key of a store.

    * `state`: what the store calls the request; nobody can guess it. Empty once it is used up.
    * `asker`: the actor who asked, as the audit log names them.
    * `consumer_key`, `consumer_secret`: empty until the store has posted them.
    """

    state: str
    store: str
    asker: str
    reason: str
    ends_at: datetime
    consumer_key: str = ""
    consumer_secret: str = ""

    @property
    def way_on(self) -> str:
        """The path at which the asker connects the store with the key that has arrived; empty as
        long as none has.
        """
        query = urlencode({"success": "1", "user_id": self.state})
        return f"{RETURN_PATH}?{query}" if self.state and self.consumer_key else ""


def can_ask() -> bool:
    """Whether a store would send us a key: WooCommerce posts keys by https only."""
    return ShopSettings.load().base_url.startswith("https://")


def ask(store: str, action: StaffAction) -> str:
    """The address at the store where its administrator approves the key. The request is stored, in
    the place of an earlier one. Raises `InvalidDocument` for what is no address, and `Conflict`.
    """
    if not can_ask():
        raise Conflict(
            "no_https", "WooCommerce sends keys only to an address with https. Paste a key instead."
        )
    form = CONNECTION_FORM.parse({"provider": PROVIDER, "store": store})
    store = parse_store(form)
    check_place(PROVIDER, store)
    state = secrets.token_urlsafe(32)
    _keep(KeyRequest(state, store, action.actor, action.reason or "", action.at + LIFE))
    our_url = ShopSettings.load().base_url.rstrip("/")
    query = {
        "app_name": "Grapevine",
        "scope": "read_write",
        "user_id": state,
        "return_url": our_url + RETURN_PATH,
        "callback_url": our_url + KEY_PATH,
    }
    return f"{base_url_of(PROVIDER, store)}{_STORE_PATH}?{urlencode(query)}"


def take_key(posted: Mapping[str, object], at: datetime) -> None:
    """Keeps the key that a store posted, for the request that it names. The same key may come
    twice, another one may not. Raises `InvalidDocument`, and `NotFound` with one text for every
    request that does not wait.
    """
    state, key, secret = (
        _read_text(posted, name) for name in ("user_id", "consumer_key", "consumer_secret")
    )
    found = _find(state, at)
    if found is None or (found.consumer_key and found.consumer_key != key):
        raise NotFound(
            "unknown_key_request",
            "No request waits for this key. Connect the store once more from the console.",
        )
    _keep(replace(found, consumer_key=key, consumer_secret=secret))


def find_own(asker: str, at: datetime) -> KeyRequest | None:
    """The last request of this actor, which may be used up; `None` if it has ended."""
    found = _read()
    return found if found and found.asker == asker and at < found.ends_at else None


def find_answered(state: str, approved: bool, asker: str, at: datetime) -> KeyRequest:
    """The request that an owner comes back from, with its key. Raises `Conflict` if it is not
    theirs, has ended, was denied at the store, or has no key.
    """
    found = _find(state, at)
    if found is None or found.asker != asker:
        raise Conflict(
            "key_request_ended",
            "This request for a key is used up, or began more than 30 minutes ago, or was begun by "
            "somebody else. Press Connect with WooCommerce once more, or paste a key.",
        )
    if not approved:
        use_up(found)
        raise Conflict(
            "key_denied",
            "The store gave no key, because it was not approved there. Press Connect with "
            "WooCommerce once more, or paste a key.",
        )
    if not found.consumer_key:
        raise Conflict(
            "key_not_arrived",
            "The store's key has not arrived, so the store could not reach us. Paste a key instead.",
        )
    return found


def use_up(request: KeyRequest) -> None:
    """Forgets the key and the state. The store's address stays for the form until the request ends."""
    _keep(replace(request, state="", consumer_key="", consumer_secret=""))


def forget() -> None:
    """Removes the request, once its store is connected."""
    drop_secret(_ENTRY)


def _find(state: str, at: datetime) -> KeyRequest | None:
    """The request that waits under this state."""
    found = _read()
    if found is None or not found.state or at >= found.ends_at:
        return None
    return found if compare_digest(found.state.encode(), state.encode()) else None


def _read() -> KeyRequest | None:
    entry = read_secret(_ENTRY)
    if entry is None:
        return None
    texts = {name: text for name, text in entry.items() if name != "ends_at"}
    return KeyRequest(ends_at=parse_instant(entry["ends_at"]), **texts)


def _keep(request: KeyRequest) -> None:
    keep_secret(_ENTRY, asdict(request) | {"ends_at": instant_text(request.ends_at)})


def _read_text(posted: Mapping[str, object], name: str) -> str:
    text = posted.get(name)
    if not isinstance(text, str) or len(text) > LONGEST_SECRET or not is_key(text):
        raise InvalidDocument([FieldError(name, "must be the text that WooCommerce made")])
    return text
