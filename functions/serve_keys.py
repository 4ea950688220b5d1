"""/v1/keys: staff gives keys out, replaces them while the old one still opens, and takes them back."""

from datetime import timedelta

from shared.access import SCOPES, new_key
from shared.domain.act import Act
from shared.domain.document import Document, Fault, Invalid
from shared.http import Answer, Api, Request
from shared.levers import act_of, read_reason_if_any, reason_in
from shared.problem import Conflict, NotFound
from shared.store import access
from shared.store.access import ListedKeyItem, UnknownKey, prefix_of

LONGEST_NAME = 80
USUAL_OVERLAP_HOURS = 24
MOST_OVERLAP_HOURS = 720
handler = Api()


@handler.route("GET /v1/keys")
def list_keys(request: Request) -> Answer:
    page = request.page()
    rows, last = access.listing(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("POST /v1/keys")
def post_key(request: Request) -> Answer:
    source = Document(request.body())
    scope, name = source.choice("scope", list(SCOPES.values()), None), source.text("name", None, longest=LONGEST_NAME)
    replaced = source.identifier("replaces", None)
    overlap = timedelta(hours=source.count("overlap_hours", USUAL_OVERLAP_HOURS, 0, MOST_OVERLAP_HOURS))
    reason = reason_in(source, None)
    source.refuse_unknown()
    source.finish()

    if replaced:
        return _replaced(replaced, scope, name, act_of(request, "key_replaced", reason), overlap)
    if scope is None:
        raise Invalid([Fault("scope", f"say what the key opens: {', '.join(SCOPES.values())}; or which key it replaces")])
    key = new_key(scope)
    access.put_key(key, scope, request.now, name, act_of(request, "key_made", reason))
    return _secret(key, access.find(prefix_of(key), request.now))


@handler.route("DELETE /v1/keys/{prefix}")
def delete_key(request: Request) -> Answer:
    prefix, reason = request.path("prefix"), read_reason_if_any(request)
    if prefix == request.caller.key:
        raise Conflict("key_in_use", "You are asking with this key; take it back with another one.")

    try:
        access.revoke(prefix, act_of(request, "key_taken_back", reason))
    except UnknownKey:
        raise _unknown() from None

    return Answer(None, 204)


def _replaced(prefix: str, scope: str | None, name: str | None, act: Act, overlap: timedelta) -> Answer:
    try:
        old = access.find(prefix, act.at)
        if scope not in (None, old.scope) or name not in (None, old.name) or old.scope not in SCOPES.values():
            raise Invalid([Fault("replaces", "a key is replaced by one of its scope and name; leave both out, or make a new key")])
        key = new_key(old.scope)
        return _secret(key, access.replace_key(prefix, key, act.at + overlap, act))
    except UnknownKey:
        raise _unknown() from None


def _secret(key: str, row: ListedKeyItem) -> Answer:
    """The only time that the key itself is told."""
    (told,) = access.shown([row])
    return Answer({"key": key} | told, 201)


def _unknown() -> NotFound:
    return NotFound("unknown_key", "No living key begins with this; GET /v1/keys lists them.")
