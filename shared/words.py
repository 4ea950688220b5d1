"""All sentences that people read next to an amount or a refusal, in English."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from shared.language import LANGUAGES, WORDS, catalogue

INCOME = "Income from referral program from {friend}"
"""For a reward of level 1. Rewards of higher levels also name their level."""
INCOME_ABOVE = "Income from referral program from {friend} (level {level})"
SOMEBODY = "someone"
SENTENCES = {
    "customer": "Reward for your own purchase",
    "friend_bonus": "Bonus for a purchase recommended by {advocate}",
    "order_refunded": "Taken back: a purchase by {friend} was refunded in part or in full",
    "order_cancelled": "Taken back: a purchase by {friend} was cancelled",
    "order_disputed": "Taken back: the payment for a purchase by {friend} is disputed",
    "buyer_changed": "Taken back: a purchase credited to {friend} was made by someone else",
    "order_changed": "Taken back: a purchase by {friend} was changed",
    "restored": "Restored: a purchase by {friend} counts again",
    "held": "Set aside for an order",
    "held_for_code": "Set aside for a code to use in the shop",
    "captured": "Spent on an order",
    "voided": "Available again: it was not needed for the order",
    "code_voided": "Available again: the code was not used",
    "returned": "Returned: the order it paid for was cancelled or refunded",
    "credit_refunded": "Returned: refunded from the order it paid for",
    "return_undone": "Spent again: the order it paid for counts again",
    "expired": "Expired: not spent within {days} days",
    "adjustment": "Adjusted by the shop",
    "imported": "Brought over from the shop's previous program",
    "merged_into": "Moved to your other account in this shop",
    "merged_from": "Moved here from your other account in this shop",
    "referral_ended": "Taken back: the referral of {friend} was ended",
    "forfeited": "Forfeited: it was still pending when this member was blocked",
    "blocked": "No reward: this member is blocked",
    "self_referral": "No reward: advocate and buyer are the same person",
    "existing_customer": "No reward: the friend was already a customer when recommended",
    "same_payment": "No reward: advocate and buyer paid with the same card or account",
    "own_browser": "No reward: the purchase came from the advocate's own browser",
    "instant_click": "No reward: the link was clicked less than 5 seconds before the order",
    "many_sign_ups": "No reward: too many of the advocate's friends signed up within an hour",
    "review_refused": "No reward: the shop reviewed this purchase and refused the reward",
    "review_held": "In review: the shop is checking a purchase by {friend}",
    "review_approved": "Approved: the shop reviewed a purchase by {friend}",
    "program_not_active": "No reward: the program was not active at the time of this purchase",
    "after_total_days": ("No reward: the period in which this friend's purchases count is over"),
    "below_payment_minimum": "No reward: what the shop keeps of this purchase is below the minimum",
    "after_total_payments": "No reward: this friend has used up the purchases that earn a reward",
    "advocate_limit_reached": "No reward: the advocate has reached the limit",
    "nothing_kept": "No reward: nothing is left of the purchase after discounts and refunds",
    "no_referral": "No reward: nobody recommended this buyer",
    "past_order": "No reward: this purchase was made before the shop's program moved here",
    "no_group": "No reward yet: the advocate has not reached a group that earns one",
    "rounds_to_nothing": "No reward: it would be less than the smallest unit of the currency",
    "no_exchange_rate": (
        "Parked: the order's currency is not the program's; send the order again with its fx_rate, or"
        " load a table of daily rates that has its day"
    ),
    "test_order": "Parked: this is a test order",
}

SIGNALS = {
    "same_member": "The buyer is the advocate",
    "same_email": "Buyer and advocate have the same email address",
    "same_payment": "The buyer paid with a card or account that the advocate has used too",
    "own_browser": (
        "The purchase came from a browser that the advocate has signed up or bought with"
    ),
    "instant_click": "The link was clicked less than 5 seconds before the order",
    "many_sign_ups": "Many of the advocate's friends signed up within an hour",
}
"""Fraud signals, for staff."""

CREDIT = {
    "insufficient_credit": (
        "The member does not have this much credit available. Use no more than the available "
        "amount."
    ),
    "too_many_holds": "The member has too many open holds. Capture or void one first.",
    "hold_ended": "The hold has ended. Authorise the credit again.",
    "above_hold": (
        "A capture cannot take more than was authorised. Leave out the amount to capture all of it."
    ),
    "hold_captured": "The hold is already captured, which is final.",
    "hold_voided": "The hold is already voided, which is final. Authorise the credit again.",
    "order_undone": "The order is cancelled or refunded, so credit cannot pay for it.",
    "above_order_share": (
        "The program lets credit pay only part of an order. Ask for no more than that part."
    ),
    "order_unknown": (
        "The program lets credit pay only part of an order, and this order is not known yet. "
        "Send its items_total, or send the order first."
    ),
    "too_many_payers": (
        "Too many members or open holds pay for this order. Capture or void one of its holds first."
    ),
    "code_open": (
        "The member has a credit code that is not used yet. Use it, or give it back first with"
        " POST /v1/credit-codes/{id}/void."
    ),
    "code_in_use": (
        "An order that is not paid yet uses the code. Cancel the order first, or wait until it is"
        " paid."
    ),
    "code_finished": "The code has paid for an order, which is final.",
    "member_blocked": "This member is blocked and cannot spend credit.",
    "idempotency_conflict": (
        "This Idempotency-Key was already used for another request. Use a new key for each request."
    ),
}
"""Why credit is not moved, for the shop's server."""

SETTLEMENTS = {
    "does_not_reconcile": (
        "The entries do not add up with each other or with the last statement. POST /v1/verify "
        "shows where."
    ),
    "fault": (
        "Something went wrong on our side. It is retried automatically; after five failed "
        "attempts it is kept as a dead letter."
    ),
}
"""Why a member has no statement yet, for staff."""

MAIL_OBSTACLES = {
    "erased": "This member was erased, so there is no address to write to.",
    "no_address": "The member has no email address. Add one with PUT /v1/members/{id}.",
    "bounced": (
        "Email to the member's address bounced. Replace the address with PUT /v1/members/{id}."
    ),
    "complained": (
        "The member reported one of our emails as spam, so nothing more is sent to this address."
    ),
}
"""Why no mail can reach a member, for staff."""

DIFFERENCES = {
    "number of an entry, and the balance after it": (
        "An entry's number, or the balance after it, is not what the entries before it give. Shown:"
        " number, balance."
    ),
    "amount of an entry, by its reason": (
        "The amount of an entry is not what its own reason computes."
    ),
    "balance of an account, and number of its entries": (
        "An account's balance or number of entries is not what its entries add up to. Shown:"
        " balance, number."
    ),
    "pending credit by date": (
        "An account's pending credit is not what its entries with the same dates add up to."
    ),
    "credit under review": (
        "An account's credit under review is not what its entries under review add up to."
    ),
    "earned under the maximum per advocate": (
        "What an advocate has used of the maximum is not what their entries add up to."
    ),
    "last statement of an account": (
        "The last statement that an account names is not its last one. Shown: last entry, number,"
        " month, closing balance."
    ),
    "first entry, number and opening of a statement": (
        "A statement does not go on where the one before it ended. Shown: first entry, number,"
        " opening balance."
    ),
    "figures of a statement": "A statement's figures are not what its entries add up to.",
    "hash of a statement": (
        "A statement's hash does not fit its content: the statement or one of its entries was"
        " changed."
    ),
    "accounts of an entry": "An entry is not booked to the accounts that its kind requires.",
    "opening of a month": (
        "The shop's month does not open with what the statements before it add up to."
    ),
    "closing of a month": (
        "The shop's month does not close with its opening balance and its own statements."
    ),
    "credit still to be given back for an order": (
        "The order was cancelled or refunded, and the credit that paid it is not given back yet."
    ),
    "open holds of a cancelled order": "Credit is still set aside for a cancelled order.",
    "amount still to be posted for a reward": (
        "A reward is not what its order should earn. What is found is still to be posted."
    ),
    "volume of an order, and whether it is a counted order": (
        "An order's volume, or whether it counts as one of the friend's purchases, is not as it"
        " should be. Shown: volume, whether it counts."
    ),
    "order under review is in the list of reviews": (
        "An order's rewards wait for a review that is not in the list of reviews."
    ),
    "rewards posted for an order, and its entries": (
        "What an order names as posted rewards is not what its entries add up to."
    ),
    "deductions from an order, and its entries": (
        "What an order names as deducted is not what its entries add up to."
    ),
    "rewards of an order that a review holds, and its entries": (
        "What an order's review holds is not what its entries under review add up to."
    ),
    "credit captured for an order, and its entries": (
        "The credit that paid an order is not what the members' entries add up to."
    ),
    "credit given back for an order, and its entries": (
        "The credit given back for an order is not what the members' entries add up to."
    ),
    "credit spent on orders": "The credit spent on orders is not what the books say.",
    "friend's bonus for an order, in the books": (
        "The friend's bonus for an order is not what the books say."
    ),
    "number of a friend's counted orders": (
        "A friend's number of purchases that count is not that of their orders."
    ),
    "volume of a friend's orders": (
        "The volume of a friend's purchases is not what their orders add up to."
    ),
    "volume of an advocate": ("An advocate's volume is not what their friends' orders add up to."),
    "credit in the books": "What an account owns is not what the books say.",
    "first entry of an account": (
        "An account has no first entry, or a first entry has no account."
    ),
    "number of statements of an account": (
        "The number of statements that an account names is not the number that there are."
    ),
    "more differs than can be told apart": (
        "More differs than can be told apart. What is found is the number of places at least."
    ),
}
"""What a difference that verification finds means, for staff, by the `what` of the API."""

QUOTES = {
    "discount_granted": "Discount thanks to your friend's recommendation",
    "no_discount": "There is currently no discount for friends",
    "program_not_active": "The offer for friends is not available at the moment",
    "no_referral": "Enter a friend's code to get the discount",
    "blocked": "This recommendation cannot be used",
    "self_referral": "You cannot use your own code. Share it with friends instead",
    "existing_customer": "The discount is for first orders only",
    "no_exchange_rate": "The discount is not available in this cart's currency",
    "below_minimum_order": "Your cart is below the minimum for this discount",
}
"""What a quote says, for the friend at checkout."""


def sentence(
    reason: Mapping[str, Any], name_of: Callable[[str], str], language: str = LANGUAGES[0]
) -> str:
    """The sentence for a reason. `name_of` returns the name to show for a member's id."""
    inputs = reason.get("inputs", {})
    names = {role: name_of(inputs[role]) for role in ("friend", "advocate") if inputs.get(role)}
    values = defaultdict(
        lambda: translate(SOMEBODY, language),
        names,
        days=inputs.get("days"),
        level=inputs.get("level"),
    )
    return translate(_sentence_of(reason, inputs), language).format_map(values)


def translate(text: str, language: str) -> str:
    """A sentence of this module in another language."""
    return catalogue(WORDS, language).gettext(text)


def translated_texts() -> list[str]:
    """All sentences for the catalogue of translations."""
    return [
        INCOME,
        INCOME_ABOVE,
        SOMEBODY,
        *SENTENCES.values(),
        *SIGNALS.values(),
        *QUOTES.values(),
    ]


def _sentence_of(reason: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    if reason["code"] == "referral":
        return INCOME if inputs["level"] == 1 else INCOME_ABOVE
    return SENTENCES[
        "forfeited" if reason["code"] == "blocked" and reason["steps"] else reason["code"]
    ]
