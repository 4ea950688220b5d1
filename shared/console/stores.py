"""Connected stores on the page of the console, and the form that connects another one."""

from collections.abc import Mapping

from shared.connectors.connecting import CONNECTION_FORM, ConnectionForm, connection_answer
from shared.domain.platforms.promises import broken_promises
from shared.domain.programs.program import Program
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


def list_stores(program: Program) -> list[Mapping[str, object]]:
    """All connected stores. `cannot` lists the terms of the program that the store's platform
    cannot apply.
    """
    return [
        connection_answer(connection)
        | {
            "cannot": broken_promises(program, connection.provider),
            "tested_at": connection.tested_at,
            "test_order": connection.test_order,
        }
        for connection in list_connections()
    ]


def parse_connection_form(form: Mapping[str, str], reason: str | None) -> ConnectionForm:
    """The store to connect. Raises `InvalidDocument`."""
    given = {name: form[name] for name in _FIELDS if form.get(name)}
    return CONNECTION_FORM.parse(given | ({"reason": reason} if reason else {}))
