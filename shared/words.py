"""All sentences that people read next to an amount or a refusal, in English."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from shared.language import LANGUAGES, WORDS, catalogue

INCOME = "Income from referral program from {friend}"
"""For a reward of level 1. Rewards of higher levels also name their level."""
INCOME_ABOVE = "Income from referral program from {friend} (level {level})"
SOMEBODY = "somebody"
SENTENCES = {
    "customer": "Reward for your own purchase",
    "friend_bonus": "Bonus for buying on the recommendation of {advocate}",
    "order_refunded": "Taken back: a purchase of {friend} was refunded in part or in full",
    "order_cancelled": "Taken back: a purchase of {friend} was cancelled",
    "order_disputed": "Taken back: the payment of a purchase of {friend} is disputed",
    "buyer_changed": "Taken back: a purchase of {friend} turned out to be another buyer's",
    "order_changed": "Taken back: a purchase of {friend} was changed",
    "restored": "Restored: a purchase of {friend} counts again",
    "held": "Set aside for an order",
    "held_for_code": "Set aside for a code to use in the shop",
    "code_voided": "Available again: the code was not used",
    "captured": "Spent on an order",
    "voided": "Free again: it was not needed for the order",
    "returned": "Returned: the order that it paid was undone",
    "credit_refunded": "Returned: a refund of the order that it paid gave it back",
    "return_undone": "Spent again: the order that it paid counts again",
    "expired": "Expired: it was not spent within {days} days",
    "adjustment": "Adjusted by the shop",
    "imported": "Brought along from the program before",
    "referral_ended": "Taken back: the referral of {friend} was ended",
    "forfeited": "Forfeited: it was pending when this member was blocked",
    "blocked": "No reward: this member is blocked",
    "self_referral": "No reward: advocate and buyer are the same person",
    "existing_customer": "No reward: the friend was a customer already before being recommended",
    "same_payment": "No reward: advocate and buyer paid with the same card or account",
    "own_browser": "No reward: the buyer came with the advocate's own browser",
    "instant_click": "No reward: the link was followed less than 5 seconds before the order",
    "many_sign_ups": "No reward: too many friends of the advocate signed up within an hour",
    "review_refused": "No reward: the shop looked at this purchase and refused it",
    "review_held": "Held: the shop looks at a purchase of {friend} before it can be spent",
    "review_approved": "Approved: the shop looked at a purchase of {friend}",
    "program_not_active": "No reward: the program does not reward purchases of this time",
    "after_total_days": (
        "No reward: the purchase came after the days in which a friend's purchases count"
    ),
    "below_payment_minimum": "No reward: what is kept of the purchase is below the minimum",
    "after_total_payments": "No reward: the friend's rewarded purchases are used up",
    "advocate_limit_reached": "No reward: the advocate's limit is reached",
    "nothing_kept": "No reward: nothing of the purchase is kept",
    "no_referral": "No reward: nobody recommended this buyer",
    "past_order": "No reward: it was bought before the shop's program moved here",
    "no_group": "No reward yet: the advocate's volume reaches no group that has one",
    "rounds_to_nothing": "No reward: it comes to less than the smallest unit of the currency",
    "no_exchange_rate": (
        "Parked: the order is in another currency than the program; send its fx_rate"
    ),
    "test_order": "Parked: this is a test order",
}

SIGNALS = {
    "same_member": "The buyer is the advocate",
    "same_email": "Buyer and advocate have the same e-mail address",
    "same_payment": "The buyer paid with a card or account that the advocate has paid with",
    "own_browser": "The buyer came with a browser that the advocate has signed up or bought with",
    "instant_click": "The link was followed less than 5 seconds before the order",
    "many_sign_ups": "Many friends of the advocate signed up within an hour",
}
"""Fraud signals, for staff."""

CREDIT = {
    "insufficient_credit": (
        "The member has less credit to spend than this; ask for at most what is available."
    ),
    "too_many_holds": "The member has too many open holds; capture or void one of them first.",
    "hold_ended": "The hold ended by itself; authorise the credit again.",
    "above_hold": (
        "A capture takes at most what was authorised; leave the amount out to take it all."
    ),
    "hold_captured": "The hold was captured before, which is final.",
    "hold_voided": "The hold was let go before, which is final; authorise the credit again.",
    "order_undone": "The order is cancelled or refunded; credit cannot pay it.",
    "above_order_share": (
        "The program lets credit pay only a part of an order; ask for at most that."
    ),
    "order_unknown": (
        "The program lets credit pay only a part of an order, and this order is not known yet; "
        "send its items_total, or tell the order first."
    ),
    "too_many_payers": (
        "An order is paid by the credit of a few members, and has a few open holds; capture or "
        "void one of them first."
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
    "member_blocked": "The member is blocked and cannot spend credit.",
    "idempotency_conflict": (
        "This Idempotency-Key belongs to another request; give each request its own."
    ),
}
"""Why credit is not moved, for the shop's server."""

SETTLEMENTS = {
    "does_not_reconcile": (
        "The entries do not follow from one another or from the last statement; POST /v1/verify"
        " says where."
    ),
    "fault": (
        "Something went wrong on our side; it is tried again by itself, and what fails five "
        "times waits in the dead letters."
    ),
}
"""Why a member has no statement yet, for staff."""

MAIL_OBSTACLES = {
    "erased": "The member was erased; nobody is left to write to.",
    "no_address": "The member has no e-mail address; tell one with PUT /v1/members/{id}.",
    "bounced": (
        "Mail to the member's address came back; tell another one with PUT /v1/members/{id}."
    ),
    "complained": (
        "The member reported a mail of ours as spam; no mail is sent to this address any more."
    ),
}
"""Why no mail can reach a member, for staff."""

QUOTES = {
    "discount_granted": "Your friend's recommendation takes this off your order",
    "no_discount": "There is no discount for friends at the moment",
    "program_not_active": "The offer for friends does not count at this time",
    "no_referral": "Nobody recommended you yet; enter a friend's code to get the discount",
    "blocked": "This recommendation does not count",
    "self_referral": "Your own code gives you no discount; share it with friends",
    "existing_customer": "The discount is for a first order",
    "no_exchange_rate": "The discount is given in another currency than this cart's",
    "below_minimum_order": "The cart is below the amount from which the discount is given",
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
