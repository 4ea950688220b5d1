"""Fields that Shopify writes in its own way: ids and amounts."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_amount
from shared.webhooks.parking import UnusableDelivery

LONGEST_DIGITS = 30


def exact_ids(resource: JsonObject) -> list[str]:
    """The ids of a resource, the true one first.

    A JavaScript parser on the way rounds ids above 2^53. The text `admin_graphql_api_id` keeps the
    true one, and is believed where the number is its rounding. Both are listed then, because
    later events name the rounded one alone.
    """
    number = resource.own_id()
    graphql = resource.value("admin_graphql_api_id")
    digits = graphql.rpartition("/")[2] if isinstance(graphql, str) else ""
    if number is None:
        return []
    if not (_is_digits(number) and _is_digits(digits) and len(digits) <= LONGEST_DIGITS):
        return [number]
    is_rounded = number != digits and float(number) == float(digits)
    return [digits, number] if is_rounded else [number]


def require_exact_id(resource: JsonObject, kind: str) -> str:
    """The true id; `kind` names the resource in the reason for parking."""
    ids = exact_ids(resource)
    if not ids:
        raise UnusableDelivery("missing_id", kind)
    return ids[0]


def shop_amount(resource: JsonObject, field: str) -> object:
    """The amount in the shop's currency, where the field has one for the buyer's, too."""
    amount = resource.value(f"{field}_set", "shop_money", "amount")
    return resource.value(field) if amount is None else amount


def optional_amount(resource: JsonObject, field: str, currency: str) -> int:
    """The amount in minor units of the shop's currency; 0 where it is not told."""
    return parse_amount(shop_amount(resource, field) or "0", currency, field)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
