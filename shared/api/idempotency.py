"""`Idempotency-Key`: the same request is answered the same, whatever happened in between (decision 21)."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps

from shared.api.http import Answer, Request, read_json, refused
from shared.problem import EXPECTED, BadRequest, Conflict
from shared.store import keys
from shared.store.programs import idempotency

HEADER = "idempotency-key"
LONGEST_KEY = 255


def idempotent(function: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """A route whose answer is repeated to a request that carries the key of an earlier one."""

    @wraps(function)
    def once(request: Request) -> Answer:
        if HEADER not in request.headers:
            return function(request)
        key, fingerprint = (
            keys.idempotency(request.caller.scope, _key(request)),
            _fingerprint(request),
        )
        kept = idempotency.claim(key, fingerprint, request.now)
        if kept.fingerprint != fingerprint:
            raise Conflict(
                "idempotency_conflict",
                "This Idempotency-Key belongs to another request; give each request its own.",
            )
        answer = kept.answer or _document(_outcome(function, request))
        return Answer(
            **(answer if kept.answer else idempotency.keep(key, fingerprint, answer, request.now))
        )

    return once


def _key(request: Request) -> str:
    key = request.header(HEADER)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        detail = (
            f"Write an Idempotency-Key of 1 to {LONGEST_KEY} printable characters, or leave it out."
        )
        raise BadRequest("invalid_idempotency_key", detail)
    return key


def _fingerprint(request: Request) -> str:
    """What makes two requests the same: method, path, query, and the document in the body however it is spaced."""
    body = request.raw
    document = read_json(body) if body else None
    told = [request.route, request.event["rawPath"], request.queries, document]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _outcome(function: Callable[[Request], Answer], request: Request) -> Answer:
    """An answer or a lasting refusal; what may be otherwise in a second is raised and not kept."""
    try:
        return function(request)
    except EXPECTED as error:
        answer = refused(error)
        if answer.status >= 500:
            raise
        return answer


def _document(answer: Answer) -> dict:
    return {"body": answer.body, "status": int(answer.status), "headers": dict(answer.headers)}
