"""Standard Webhooks: the shop's own server, or anybody else's, tells order facts in our words already."""

from decimal import Decimal

from shared.webhooks.delivery import ProviderDelivery, ProviderFacts, Unusable
from shared.webhooks.document import instant, rfc3339, word
from shared.webhooks.fact import ITEMISED, known, tell

EVENT = "OrderChanged"
DEEPEST = 9
MOST_REFS = 20


def translate(delivery: ProviderDelivery) -> ProviderFacts:
    """Hands the facts on as they are; whoever translates them has the domain judge them field by field. Raises `Unusable`."""
    if delivery.topic != EVENT:
        raise Unusable("irrelevant_topic", delivery.topic)
    order = delivery.document.get("data")
    if not isinstance(order, dict):
        raise Unusable("missing_id", "data")
    if word(order.get("id")) is None:
        raise Unusable("missing_id", "data.id, which must be text")
    as_of = (
        instant(order.get("as_of"))
        or instant(delivery.document.get("timestamp"))
        or rfc3339(delivery.at)
    )
    ranked = known(totals_rank=ITEMISED if "items_total" in order else None)
    ours = tell(delivery, as_of, _refs(order), ranked).facts
    return ProviderFacts(_json_ready(order, DEEPEST) | ours)


def _refs(order: dict) -> list[str]:
    told = order.get("refs")
    return [ref for ref in map(word, told[:MOST_REFS]) if ref] if isinstance(told, list) else []


def _json_ready(value: object, depth: int) -> object:
    """The value without decimals, which JSON writes as text: no amount of ours has a fraction, so the domain refuses them by name."""
    if depth == 0 or (isinstance(value, str) and not _encodable(value)):
        raise Unusable("unreadable_body")
    if isinstance(value, dict):
        return {
            _json_ready(key, depth - 1): _json_ready(entry, depth - 1)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [_json_ready(entry, depth - 1) for entry in value]
    return str(value) if isinstance(value, Decimal) else value


def _encodable(text: str) -> bool:
    """Whether UTF-8 can write it: JSON's escapes may name half a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
