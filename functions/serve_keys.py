"""/v1/keys: staff gives keys out, replaces them while the old one still opens, and takes them back."""

from datetime import timedelta

from shared.api import key_management
from shared.api.access import SCOPES
from shared.api.http import Answer, Api, Request
from shared.api.key_management import LONGEST_NAME, MOST_OVERLAP_HOURS, USUAL_OVERLAP_HOURS
from shared.api.staff_actions import read_reason_if_any, reason_in, staff_action_of
from shared.domain.document import Document, FieldError, InvalidDocument
from shared.problem import Conflict
from shared.store.programs import api_keys

handler = Api()


@handler.route("GET /v1/keys")
def list_keys(request: Request) -> Answer:
    page = request.page()
    rows, last = api_keys.listing(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("POST /v1/keys")
def post_key(request: Request) -> Answer:
    source = Document(request.body())
    scope, name = (
        source.choice("scope", list(SCOPES.values()), None),
        source.text("name", None, longest=LONGEST_NAME),
    )
    replaced = source.identifier("replaces", None)
    overlap = timedelta(
        hours=source.count("overlap_hours", USUAL_OVERLAP_HOURS, 0, MOST_OVERLAP_HOURS)
    )
    reason = reason_in(source, None)
    source.refuse_unknown()
    source.finish()

    if replaced:
        return Answer(
            key_management.replace(
                replaced, overlap, staff_action_of(request, "key_replaced", reason), scope, name
            ),
            201,
        )
    if scope is None:
        raise InvalidDocument(
            [
                FieldError(
                    "scope",
                    f"say what the key opens: {', '.join(SCOPES.values())}; or which key it replaces",
                )
            ]
        )
    return Answer(
        key_management.make(scope, name, staff_action_of(request, "key_made", reason)), 201
    )


@handler.route("DELETE /v1/keys/{prefix}")
def delete_key(request: Request) -> Answer:
    prefix, reason = request.path("prefix"), read_reason_if_any(request)
    if prefix == request.caller.key:
        raise Conflict("key_in_use", "You are asking with this key; take it back with another one.")

    key_management.take_back(prefix, staff_action_of(request, "key_taken_back", reason))

    return Answer(None, 204)
