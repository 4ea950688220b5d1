"""Connected stores on the page of the console, and the form that connects another one."""

from collections.abc import Mapping

from shared.connectors import key_requests
from shared.connectors.connecting import CONNECTION_FORM, ConnectionForm, connect, connection_answer
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.platforms.promises import broken_promises
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.problem import Unprocessable
from shared.store.attributions.platform_codes import list_refused_codes
from shared.store.programs.connections import list_connections

_FIELDS = (
    "provider",
    "store",
    "client_id",
    "client_secret",
    "access_token",
    "consumer_key",
    "consumer_secret",
)


MOST_REFUSED_SHOWN = 10


def list_stores(program: Program) -> list[Mapping[str, object]]:
    """All connected stores.

    * `cannot`: the terms of the program that the store's platform cannot apply.
    * `refused`: the first codes that the store does not take.
    """
    return [
        connection_answer(connection)
        | {
            "cannot": broken_promises(program, connection.provider),
            "refused": list_refused_codes(connection.id, MOST_REFUSED_SHOWN),
            "tested_at": connection.tested_at,
            "test_order": connection.test_order,
        }
        for connection in list_connections()
    ]


def parse_connection_form(form: Mapping[str, str], reason: str | None) -> ConnectionForm:
    """The store to connect. Raises `InvalidDocument`."""
    given = {name: form[name] for name in _FIELDS if form.get(name)}
    return CONNECTION_FORM.parse(given | ({"reason": reason} if reason else {}))


def connect_store(form: ConnectionForm, action: StaffAction) -> None:
    """Connects a store. Raises the same errors as `connect`. A refusal that names fields of the
    form becomes `InvalidDocument`, so that the page shows it at these fields.
    """
    try:
        connect(form, action)
    except Unprocessable as refused:
        faults = refused.more["errors"]
        if not isinstance(faults, list) or not faults:
            raise
        raise InvalidDocument([FieldError(**fault) for fault in faults]) from None


def connect_with_asked_key(state: str, approved: bool, action: StaffAction) -> None:
    """Connects the store of a key request with the key that the store has sent, as with a pasted
    one. A refused key is forgotten; while the store does not answer, it is kept for another try.
    Raises `Conflict` and the errors of `connect_store`.
    """
    asked = key_requests.find_answered(state, approved, action.actor, action.at)
    form = ConnectionForm(
        key_requests.PROVIDER,
        asked.store,
        consumer_key=asked.consumer_key,
        consumer_secret=asked.consumer_secret,
    )
    try:
        connect_store(form, action._replace(reason=asked.reason or None))
    except (InvalidDocument, Unprocessable):
        key_requests.use_up(asked)
        raise
    key_requests.forget()
