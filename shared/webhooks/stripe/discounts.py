"""The codes of Stripe's discounts."""

from shared.webhooks.foreign_json import JsonObject


def promotion_codes(sale: JsonObject) -> list[str | None]:
    """What the buyer typed, where the event carries the promotion code itself.

    Mostly it carries the id alone (`promo_…`), and an id is nobody's code.
    """
    discounts = [
        *sale.rows("discounts"),
        sale.section("discount"),
        *(row.section("discount") for row in sale.rows("total_details", "breakdown", "discounts")),
        *(row.section("discount") for row in sale.rows("total_discount_amounts")),
    ]
    return [discount.text("promotion_code", "code") for discount in discounts]
