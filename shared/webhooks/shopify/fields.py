"""Fields that Shopify writes in a special way: ids and amounts."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_amount
from shared.webhooks.parking import UnusableDelivery

LONGEST_DIGITS = 30


def exact_ids(resource: JsonObject) -> list[str]:
    """The ids of an object, the exact one first; empty if there is none.

    A JavaScript parser between Shopify and us rounds ids above 2^53. The text
    `admin_graphql_api_id` still has the exact id. It is used if the number is its rounded value. In
    this case both ids are returned, because later events may have only the rounded one.
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
    """The exact id. If it is missing, raises `UnusableDelivery`, whose text calls the object
    `kind`.
    """
    ids = exact_ids(resource)
    if not ids:
        raise UnusableDelivery("missing_id", kind)
    return ids[0]


def shop_amount(resource: JsonObject, field: str) -> object:
    """The amount in the shop's currency. The field may have a second amount in the buyer's
    currency.
    """
    amount = resource.value(f"{field}_set", "shop_money", "amount")
    return resource.value(field) if amount is None else amount


def optional_amount(resource: JsonObject, field: str, currency: str) -> int:
    """The amount in minor units of the shop's currency; 0 if it is absent."""
    return parse_amount(shop_amount(resource, field) or "0", currency, field)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
