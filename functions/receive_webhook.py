"""POST /webhooks/{provider}: authentic deliveries go to the bus or are parked."""

import hashlib
from functools import partial

from shared import bus, metrics, secrets
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.identity import email_hash, without_person
from shared.log import logger
from shared.problem import NotFound, Unauthorized
from shared.settings import ProviderSettings
from shared.store.programs import parked
from shared.webhooks import PROVIDERS, refused_secrets, translate
from shared.webhooks.completed_by import FULFILMENT, apply_completed_by
from shared.webhooks.parking import ParkedDelivery
from shared.webhooks.provider import Provider
from shared.webhooks.signature import BadSignature, WeakSecret

api = handler = Api()
_reported: dict[str, str] = {}
"""Why which provider's secret is refused, as the log was last told."""


@api.route("POST /webhooks/{provider}")
def receive(request: Request) -> Answer:
    """Answers 202 for what was put on the bus, 200 for what was parked and for a ping."""
    name, body = request.path("provider"), request.raw
    provider = PROVIDERS.get(name)
    if provider is None:
        raise NotFound("unknown_provider", f"Send webhooks to one of: {', '.join(PROVIDERS)}.")
    if provider.is_ping(request.headers, body):
        return Answer({"received": "ping"})
    _authenticate(provider, request)

    settings = ProviderSettings.load()
    update = translate(
        name, request.headers, body, request.now, accept_sandbox=settings.accept_sandbox
    )

    if isinstance(update, ParkedDelivery):
        return _park(name, request, update)
    facts = apply_completed_by(settings.completed_by(name) or FULFILMENT, update.facts)
    order = update.facts.get("id") or update.first_ref
    event_id = bus.put_event(
        "OrderChanged", without_person(facts, partial(email_hash, secrets.pepper())), request.now
    )
    logger.info("an order update was accepted", provider=name, order_id=order, event_id=event_id)
    return Answer({"accepted": order}, 202)


def _authenticate(provider: Provider, request: Request) -> None:
    """A secret that could be guessed verifies nothing, whatever was signed with it."""
    _report_refused_secrets()
    secret = secrets.webhook_secret(provider.name)
    try:
        provider.signature.check_secret(secret)
        provider.signature.verify(secret, request.headers, request.raw, request.now)
    except (BadSignature, WeakSecret):
        metrics.count(metrics.REFUSED_SIGNATURES)
        raise Unauthorized(
            "bad_signature",
            f"Sign the raw body with the webhook secret that is set for {provider.name}.",
        ) from None


def _report_refused_secrets() -> None:
    """Say which providers' webhooks are refused for their secret, whenever that changes."""
    refused = refused_secrets(secrets.document())
    if refused != _reported:
        _reported.clear()
        _reported.update(refused)
        logger.warning("webhooks of providers without a usable secret are refused", refused=refused)


def _park(provider: str, request: Request, reason: ParkedDelivery) -> Answer:
    """The id is a hash of the body, so that a repeated delivery is parked once."""
    parked_id = hashlib.sha256(provider.encode() + request.raw).hexdigest()[:32]
    parked.park(parked_id, request.now, provider=provider, reason=reason.reason, text=reason.text)
    metrics.count_parked(reason.reason)
    return Answer({"parked": parked_id, "reason": reason.reason, "text": reason.text})
