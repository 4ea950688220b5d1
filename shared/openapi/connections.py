"""Routes about the stores at platforms that we are connected to."""

from shared.api.staff_actions import OPTIONAL_REASON
from shared.connectors.connecting import CONNECTION_FORM
from shared.connectors.platforms import PLATFORMS
from shared.domain.platforms.connection import CONNECTED, CONNECTING, LEAVING, STEPS, STOPPED
from shared.domain.shape import nullable
from shared.openapi.operation import Operation, Subject
from shared.openapi.parts import COUNT, FLAG, INSTANT, TEXT, page_of, record, ref

CONNECTIONS = Subject(
    {
        "GET /v1/connections": Operation(
            "connections.list", "List connected stores", page_of(ref("Connection"))
        ),
        "POST /v1/connections": Operation(
            "connections.create",
            "Connect a store, or reconnect it with new secrets",
            ref("Connection"),
            201,
            CONNECTION_FORM,
            (409, 503),
        ),
        "GET /v1/connections/{id}": Operation(
            "connections.get",
            "Get a connected store and its progress",
            ref("Connection"),
            refusals=(404,),
        ),
        "DELETE /v1/connections/{id}": Operation(
            "connections.delete",
            "Disconnect a store: remove what was created there and delete its secrets",
            None,
            204,
            OPTIONAL_REASON,
            (404,),
        ),
    },
    {
        "Connection": record(
            id=TEXT,
            provider={"enum": list(PLATFORMS)},
            store=TEXT,
            made_at=INSTANT,
            state={"enum": [CONNECTING, CONNECTED, STOPPED, LEAVING]},
            steps=record(**dict.fromkeys(STEPS, FLAG)),
            problem=nullable(TEXT),
            customers=COUNT,
            members=COUNT,
            codes=COUNT,
            codes_refused=COUNT,
        )
    },
)
