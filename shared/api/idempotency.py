"""`Idempotency-Key`: a repeated request gets the answer of the first one (decision 21)."""

import hashlib
import json
from functools import wraps

from shared.api.http import Answer, Route, refused
from shared.api.json_text import parse_json
from shared.api.request import Request
from shared.problem import EXPECTED, BadRequest, Conflict
from shared.store import keys
from shared.store.programs import idempotency

HEADER = "idempotency-key"
LONGEST_KEY = 255


def idempotent(function: Route) -> Route:
    """Decorate a route: the answer to a request with an `Idempotency-Key` is stored, and a repeated
    request gets the stored answer. Another request with the same key is refused with `Conflict`. An
    error with a status of 500 or more is not stored.
    """

    @wraps(function)
    def once(request: Request) -> Answer:
        if HEADER not in request.headers:
            return function(request)
        key = keys.idempotency(request.caller.scope, _read_key(request))
        fingerprint = _fingerprint(request)
        claimed = idempotency.claim(key, fingerprint, request.now)
        if claimed.fingerprint != fingerprint:
            raise Conflict(
                "idempotency_conflict",
                "This Idempotency-Key was already used for another request. Use a new key for "
                "each request.",
            )
        if claimed.answer:
            return Answer(**claimed.answer)
        document = _answer_document(_lasting_answer(function, request))
        return Answer(**idempotency.keep(key, fingerprint, document, request.now))

    return once


def _read_key(request: Request) -> str:
    key = request.header(HEADER)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        detail = (
            f"Write an Idempotency-Key of 1 to {LONGEST_KEY} printable characters, or leave it out."
        )
        raise BadRequest("invalid_idempotency_key", detail)
    return key


def _fingerprint(request: Request) -> str:
    """A hash of route, path, query and JSON document. Spaces between the fields of the document do
    not change it.
    """
    document = parse_json(request.raw) if request.raw else None
    parts = [request.route, request.raw_path, request.queries, document]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _lasting_answer(function: Route, request: Request) -> Answer:
    """The answer to store: what the function returns, or a refusal with a status below 500. An
    error of 500 or more may pass soon; it is raised and not stored.
    """
    try:
        return function(request)
    except EXPECTED as error:
        answer = refused(error)
        if answer.status >= 500:
            raise
        return answer


def _answer_document(answer: Answer) -> dict[str, object]:
    return {"body": answer.body, "status": int(answer.status), "headers": dict(answer.headers)}
