"""Staff connects and disconnects stores, and sees the progress (specification:
connected-platforms).
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from shared.connectors.connector import PlatformRefused, StoreInfo, TryLater, UnreadableAnswer
from shared.connectors.jobs import CODES, SetUp, TakeBack
from shared.connectors.platforms import PLATFORMS, open_store
from shared.connectors.refusals import ADDRESS_ADVICE, not_the_platform, scopes_missing
from shared.connectors.store_secrets import drop_secret, keep_secret
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.kinds import choice, text
from shared.domain.platforms import connection as steps
from shared.domain.platforms.connection import Connection
from shared.domain.record import Record
from shared.domain.staff_action import StaffAction, StaffReason
from shared.problem import Conflict, NotFound, Unavailable, Unprocessable
from shared.store import engine
from shared.store.attributions.platform_codes import count_platform_codes
from shared.store.engine import Write
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.connections import (
    MOST_CONNECTIONS,
    find_connection,
    list_connections,
    put_connection,
)

LONGEST_STORE, LONGEST_SECRET = 253, 512
_STORE = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(/[\w./-]*)?")
_SECRET = text(LONGEST_SECRET)
_KEY = re.compile(r"[!-~]+")
"""Visible ASCII. What a page shows of a key that it hides, such as dots, is none."""


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """What staff enters to connect a store. The provider decides which of the secrets are needed."""

    provider: Annotated[str, choice(*PLATFORMS)]
    store: Annotated[str, text(LONGEST_STORE), "The store's address at its platform"] = ""
    client_id: Annotated[str, _SECRET] | None = None
    client_secret: Annotated[str, _SECRET] | None = None
    access_token: Annotated[str, _SECRET] | None = None
    consumer_key: Annotated[str, _SECRET] | None = None
    consumer_secret: Annotated[str, _SECRET] | None = None
    reason: StaffReason | None = None


CONNECTION_FORM = Record(ConnectionForm, "ConnectionForm")


def connect(form: ConnectionForm, action: StaffAction) -> Connection:
    """Checks the store with the secrets that staff entered, stores the connection, and enqueues the
    setup.

    A store that is connected already gets the new secrets and is set up again. Raises
    `InvalidDocument`, `Unprocessable`, `Conflict` and `Unavailable`; nothing is stored then.
    """
    store, pasted = parse_store(form), _parse_secrets(form)
    info = _look(form.provider, store, pasted)
    before = check_place(form.provider, store)
    made = before or Connection(f"cn_{secrets.token_hex(8)}", form.provider, store, action.at)
    after = replace(
        made,
        secret=secrets.token_hex(8),
        storefronts=info.storefronts,
        currency=info.currency,
        offer_mark=None,
        done=(steps.SCOPES,),
        customers=0,
        problem=None,
    )
    keep_secret(after.secret, pasted)
    engine.write([put_connection(after), _put_audit(action, after, before, after)])
    if before:
        drop_secret(before.secret)
    CODES.enqueue([SetUp(time=action.at, connection=after.id)])
    return after


def check_place(provider: str, store: str) -> Connection | None:
    """The store's connection, if it is connected already. Raises `Conflict` if the store may not be
    connected now.
    """
    known = list_connections()
    before = next((it for it in known if (it.provider, it.store) == (provider, store)), None)
    if before and before.leaving:
        raise Conflict(
            "still_leaving", "This store is still being disconnected. Try again in a minute."
        )
    others = [it for it in known if PLATFORMS[it.provider].one_store and it is not before]
    if others and PLATFORMS[provider].one_store:
        raise Conflict(
            "one_store_alone",
            f"This store and {others[0].store} number customers alike, so only one of them can be "
            "connected. Disconnect the other one first.",
        )
    if before is None and len(known) >= MOST_CONNECTIONS:
        raise Conflict(
            "too_many_connections",
            f"At most {MOST_CONNECTIONS} stores can be connected. Disconnect one first.",
        )
    return before


def disconnect(connection_id: str, action: StaffAction) -> None:
    """Enqueues the removal of everything that we made at the store, and of its secret. Raises
    `NotFound`.
    """
    before = require_connection(connection_id)
    if not before.leaving:
        after = replace(before, leaving=True)
        engine.write([put_connection(after), _put_audit(action, before, before, None)])
    CODES.enqueue([TakeBack(time=action.at, connection=before.id)])


def require_connection(connection_id: str) -> Connection:
    """The connection with this id. Raises `NotFound`."""
    found = find_connection(connection_id)
    if found is None:
        raise NotFound(
            "unknown_connection", "No connected store has this id. GET /v1/connections lists them."
        )
    return found


def connection_answer(connection: Connection) -> dict[str, object]:
    """A connected store as the API returns it, without its secrets."""
    held, failed = count_platform_codes(connection.id)
    return {
        "id": connection.id,
        "provider": connection.provider,
        "store": connection.store,
        "made_at": instant_text(connection.made_at),
        "state": connection.state,
        "steps": connection.ticks,
        "problem": connection.problem,
        "customers": connection.customers,
        "members": connection.members,
        "codes": held,
        "codes_refused": failed,
    }


def parse_store(form: ConnectionForm) -> str:
    """The store's host, with the path if the store is below one. Raises `InvalidDocument`."""
    platform = PLATFORMS[form.provider]
    suffix = platform.store_suffix
    if suffix and not suffix.startswith("."):
        return suffix
    bare = re.sub(r"^https?://", "", form.store.strip().lower()).rstrip("/")
    bare = platform.read_store(bare.partition("/")[0] if suffix else bare)
    if not _STORE.fullmatch(bare) or not bare.endswith(suffix):
        wanted = platform.example
        raise InvalidDocument([FieldError("store", f"must be the store's address, as {wanted}")])
    return bare


def is_key(text: str) -> bool:
    """Whether a text has only characters that a key may have."""
    return _KEY.fullmatch(text) is not None


def _parse_secrets(form: ConnectionForm) -> dict[str, str]:
    asked = PLATFORMS[form.provider].fields
    given = {name: (getattr(form, name) or "").strip() for name in asked}
    missing = [name for name, required in asked.items() if required and not given[name]]
    faults = [FieldError(name, "is required to connect this platform") for name in missing]
    if not faults and not (given.get("access_token") or given.get("client_id", "yes")):
        faults = [FieldError("client_id", "is required, unless an older app has an access token")]
    faults += [
        FieldError(name, "holds characters that no key has; copy the whole key once more")
        for name, value in given.items()
        if value and not is_key(value)
    ]
    if faults:
        raise InvalidDocument(faults)
    return {name: value for name, value in given.items() if value}


def _look(provider: str, store: str, pasted: Mapping[str, str]) -> StoreInfo:
    try:
        info = _open_and_look(provider, store, pasted)
    except PlatformRefused as refused:
        faults = [refused.fault] if refused.fault else []
        raise Unprocessable("platform_refused", str(refused), faults) from None
    except TryLater:
        raise Unavailable(
            "platform_unavailable", "The platform is not answering. Try again in a minute."
        ) from None
    if info.missing_scopes:
        raise scopes_missing(provider, info.missing_scopes)
    return info


def _open_and_look(provider: str, store: str, pasted: Mapping[str, str]) -> StoreInfo:
    """What a store says about itself. Raises `TryLater` and `PlatformRefused`, also for a page that
    answers at an address that staff typed.
    """
    try:
        return open_store(provider, store, pasted).look()
    except UnreadableAnswer:
        if provider in ADDRESS_ADVICE:
            raise not_the_platform(provider, store) from None
        raise


def _put_audit(
    action: StaffAction, named: Connection, before: Connection | None, after: Connection | None
) -> Write:
    """Write of the line in the audit log. The line never contains a secret."""
    subject = {"connection": named.id}
    return put_audit_line(action, subject, _audit_terms(before), _audit_terms(after))


def _audit_terms(connection: Connection | None) -> dict[str, str] | None:
    if connection is None:
        return None
    return {"provider": connection.provider, "store": connection.store}
