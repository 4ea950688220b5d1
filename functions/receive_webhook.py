"""POST /webhooks/{provider}: a processor tells of an order; what is authentic is put on the bus or parked, the rest is refused."""

import hashlib
import os
from functools import partial

from shared import bus, metrics, secrets
from shared.api.http import Answer, Api, Request
from shared.identity import email_hash, private
from shared.problem import NotFound, Unauthorized
from shared.store.programs import parked
from shared.webhooks import PROVIDERS, Parked, translate
from shared.webhooks.completion import FULFILMENT, completed
from shared.webhooks.signature import BadSignature, is_ping, verify

api = handler = Api()


@api.route("POST /webhooks/{provider}")
def receive(request: Request) -> Answer:
    provider, body = request.path("provider"), request.raw
    if provider not in PROVIDERS:
        raise NotFound("unknown_provider", f"Send webhooks to one of: {', '.join(PROVIDERS)}.")
    if is_ping(provider, request.headers, body):
        return Answer({"received": "ping"})
    _authenticate(provider, request, body)

    told = translate(
        provider,
        request.headers,
        body,
        request.now,
        accept_sandbox=os.environ.get("ACCEPT_SANDBOX") == "true",
    )

    if isinstance(told, Parked):
        return _park(provider, request, body, told)
    facts = completed(told.facts, os.environ.get(f"{provider.upper()}_COMPLETED_BY", FULFILMENT))
    bus.tell("OrderChanged", private(facts, partial(email_hash, secrets.pepper())), request.now)
    return Answer({"accepted": told.facts.get("id") or told.facts["refs"][0]}, 202)


def _authenticate(provider: str, request: Request, body: bytes) -> None:
    try:
        verify(provider, secrets.webhook_secret(provider), request.headers, body, request.now)
    except BadSignature:
        metrics.count(metrics.REFUSED_SIGNATURES)
        raise Unauthorized(
            "bad_signature",
            f"Sign the raw body with the webhook secret that is set for {provider}.",
        ) from None


def _park(provider: str, request: Request, body: bytes, told: Parked) -> Answer:
    name = hashlib.sha256(provider.encode() + body).hexdigest()[:32]
    parked.park(name, request.now, provider=provider, reason=told.reason, text=told.text)
    metrics.count(metrics.PARKED, detail=told.reason)
    return Answer({"parked": name, "reason": told.reason, "text": told.text})
