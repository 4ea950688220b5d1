"""POST /webhooks/{provider}: puts authentic deliveries on the bus, or parks them."""

from typing import NamedTuple

from shared import metrics, secrets
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.connectors.jobs import CODES, Enrol
from shared.connectors.store_secrets import WEBHOOK_SECRET, webhook_secrets
from shared.log import logger
from shared.problem import NotFound, Unauthorized, Unavailable
from shared.processors.access import api_of, receiver_of
from shared.processors.intake import accept, facts_of, park
from shared.settings import ProviderSettings
from shared.store.programs import sightings
from shared.webhooks import PROVIDERS, refused_secrets, translate
from shared.webhooks.parking import ParkedDelivery, UnusableDelivery
from shared.webhooks.processor_api import ApiUnavailable
from shared.webhooks.provider import Provider, ProviderUpdate
from shared.webhooks.signature import BadSignature, WeakSecret

api = handler = Api()
_reported: dict[str, str] = {}
"""By provider, why its secret is refused, as last written to the log."""


class Signer(NamedTuple):
    """Who signed a delivery. Without any of the fields, it is the provider itself.

    * `is_sandbox`: the provider's sandbox.
    * `connection`: the id of a connected store.
    * `token`: the access token for that store's API.
    """

    is_sandbox: bool = False
    connection: str = ""
    token: str = ""


@api.route("POST /webhooks/{provider}")
def receive(request: Request) -> Answer:
    """Answers 202 if an update was put on the bus, or jobs for customers of a connected store on a
    queue; 200 for a parked delivery or a ping.

    If a delivery contains several updates, the first accepted one is the answer. Some providers get
    a text that they expect instead.
    """
    name, body = request.path("provider"), request.raw
    provider = PROVIDERS.get(name)
    if provider is None:
        raise NotFound(
            "unknown_provider",
            f"There is no such provider. Send webhooks to one of: {', '.join(PROVIDERS)}.",
        )
    if provider.is_ping(request.headers, body):
        return Answer({"received": "ping"})
    signer = _authenticate(provider, request)
    if signer.connection and (customers := _find_customers(provider, request)):
        return _accept_customers(signer.connection, customers, request)
    sightings.note(sightings.webhook(provider.name), request.now)
    answers = [
        _accept(name, request, result)
        if isinstance(result, ProviderUpdate)
        else _park(name, request, result, place)
        for place, result in enumerate(_translate_body(provider, request, signer))
    ]
    first = max(answers, key=lambda answer: answer.status)
    if provider.acknowledgement is None:
        return first
    return Answer(provider.acknowledgement, first.status, content_type="text/plain")


def _find_customers(provider: Provider, request: Request) -> list[str]:
    """The ids of the customers whom a delivery of a connected store is about."""
    try:
        deliveries = provider.open_deliveries(request.headers, request.raw, request.now, False)
    except UnusableDelivery:
        return []
    return [found for delivery in deliveries if (found := provider.customer_of(delivery))]


def _accept_customers(connection: str, customers: list[str], request: Request) -> Answer:
    """Enqueues the customers of a connected store. Their data are read from the store later, so
    that no name and no address is stored in the queue.
    """
    CODES.enqueue(
        Enrol(time=request.now, connection=connection, customer=customer) for customer in customers
    )
    return Answer({"accepted": customers[0]}, 202)


def _translate_body(
    provider: Provider, request: Request, signer: Signer
) -> list[ProviderUpdate | ParkedDelivery]:
    """One result for each event in an authentic delivery: an update, or the reason why the event is
    parked. Details that the delivery only names are read from the provider's API.

    Raises `Unavailable` if that API does not answer.
    """
    settings = ProviderSettings.load()
    try:
        results = translate(
            provider.name,
            request.headers,
            request.raw,
            request.now,
            accept_sandbox=settings.accept_sandbox,
            api=api_of(provider, signer.token),
        )
    except ApiUnavailable as silent:
        logger.warning("a processor's API is silent", provider=provider.name, about=str(silent))
        raise Unavailable(
            "processor_unavailable",
            f"{provider.name} is not answering. Send the webhook again later.",
        ) from None
    is_test = signer.is_sandbox and not settings.accept_sandbox
    return [_as_test(result) for result in results] if is_test else results


def _as_test(result: ProviderUpdate | ParkedDelivery) -> ProviderUpdate | ParkedDelivery:
    if isinstance(result, ParkedDelivery):
        return result
    return ProviderUpdate(result.facts | {"test": True})


def _accept(name: str, request: Request, update: ProviderUpdate) -> Answer:
    return Answer({"accepted": accept(name, facts_of(name, update), request.now)}, 202)


def _authenticate(provider: Provider, request: Request) -> Signer:
    """Who signed: the provider, its sandbox (decision 189), or a connected store. Raises
    `Unauthorized`.

    A secret that is easy to guess verifies nothing.
    """
    _report_refused_secrets()
    if _has_signed(provider, secrets.webhook_secret(provider.name), request):
        return Signer()
    if _has_signed(provider, secrets.webhook_secret(f"{provider.name}_sandbox"), request):
        return Signer(is_sandbox=True)
    for connection, opened in webhook_secrets(provider.name):
        if _has_signed(provider, opened[WEBHOOK_SECRET], request):
            return Signer(False, connection, opened.get("access_token", ""))
    metrics.count(metrics.REFUSED_SIGNATURES)
    raise Unauthorized(
        "bad_signature",
        "The signature does not match. Sign the raw body with the webhook secret set for "
        f"{provider.name}.",
    )


def _has_signed(provider: Provider, secret: str, request: Request) -> bool:
    try:
        provider.signature.check_secret(secret)
        provider.signature.verify(
            secret, request.headers, request.raw, request.now, receiver=receiver_of(provider)
        )
    except (BadSignature, WeakSecret):
        return False
    return True


def _report_refused_secrets() -> None:
    """Logs the providers whose secrets are refused, whenever that changes."""
    refused = refused_secrets(secrets.document())
    if refused != _reported:
        _reported.clear()
        _reported.update(refused)
        logger.warning("webhooks of providers without a usable secret are refused", refused=refused)


def _park(provider: str, request: Request, delivery: ParkedDelivery, place: int) -> Answer:
    parked_id = park(provider, request.raw, delivery, request.now, place)
    return Answer({"parked": parked_id, "reason": delivery.reason, "text": delivery.text})
