"""/v1/keys: staff makes API keys, replaces them with an overlap, and revokes them."""

from datetime import timedelta

from shared.api import key_management
from shared.api.access import SCOPES
from shared.api.http import Answer, Api
from shared.api.key_management import KEY_FORM
from shared.api.request import Request
from shared.api.staff_actions import read_reason_if_any, staff_action_of
from shared.domain.document import FieldError, InvalidDocument
from shared.problem import Conflict
from shared.store.programs import api_keys

handler = Api(for_pages=False)


@handler.route("GET /v1/keys")
def list_keys(request: Request) -> Answer:
    page = request.page()
    listed, last = api_keys.list_keys(page.limit, page.after)
    return Answer(page.listing(listed, last))


@handler.route("POST /v1/keys")
def post_key(request: Request) -> Answer:
    form = KEY_FORM.parse(request.body())

    if form.replaces:
        action = staff_action_of(request, "key_replaced", form.reason)
        overlap = timedelta(hours=form.overlap_hours)
        key = key_management.replace_key(form.replaces, overlap, action, form.scope, form.name)
        return Answer(key, 201)
    if form.scope is None:
        scopes = ", ".join(SCOPES.values())
        detail = f"say what the key opens: {scopes}; or which key it replaces"
        raise InvalidDocument([FieldError("scope", detail)])
    action = staff_action_of(request, "key_made", form.reason)
    return Answer(key_management.make_key(form.scope, form.name, action), 201)


@handler.route("DELETE /v1/keys/{prefix}")
def delete_key(request: Request) -> Answer:
    prefix, reason = request.path("prefix"), read_reason_if_any(request)
    if prefix == request.caller.key:
        raise Conflict("key_in_use", "This request uses that key. Revoke it with another key.")

    key_management.revoke_key(prefix, staff_action_of(request, "key_taken_back", reason))

    return Answer(None, 204)
