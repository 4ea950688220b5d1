"""A program as its full document: every default written out, so that a later default changes no published version."""

from shared.domain.instants import instant_text
from shared.domain.money import Reward, percent_text
from shared.domain.programs.program import Cap, CreditTerms, Discount, Group, Program, ReviewTerms


def program_document(program: Program) -> dict:
    """What `parse_program` reads back as the same program. A review has to be asked for: where it is left out, nothing is ever held."""
    rules, friend, wallet = program.rules, program.friend, program.wallet
    return {
        "id": program.id,
        "name": program.name,
        "currency": program.currency,
        "time_zone": program.time_zone,
        "base": program.base,
        "earn_on": program.earn_on,
        "hold_days": program.hold_days,
        "credit": _credit(program.credit),
        "groups": [_group(group) for group in program.groups],
        "rules": {
            "total_days": rules.total_days,
            "payment_minimum": rules.payment_minimum,
            "max_bonus": rules.max_bonus,
            "min_bonus": rules.min_bonus,
            "max_per_advocate": rules.max_per_advocate and _cap(rules.max_per_advocate),
            "total_payments": rules.total_payments,
        },
        "friend": {
            "bonus": friend.bonus and reward_document(friend.bonus),
            "discount": friend.discount and discount_document(friend.discount),
            "new_customers_only": friend.new_customers_only,
        },
        "attribution": {
            "touch": program.attribution.touch,
            "window_days": program.attribution.window_days,
        },
        "wallet": {
            "max_percent_of_order": percent_text(wallet.max_percent_of_order),
            "expires_after_days": wallet.expires_after_days,
            "credit_reduces_base": wallet.credit_reduces_base,
        },
        **({"review": _review(program.review)} if program.review != ReviewTerms() else {}),
    }


def reward_document(reward: Reward) -> dict:
    return (
        {"percent": percent_text(reward.parts)} if reward.fixed is None else {"fixed": reward.fixed}
    )


def discount_document(discount: Discount) -> dict:
    return {
        **reward_document(discount.reward),
        "max": discount.most,
        "minimum_order": discount.minimum_order,
    }


def _credit(credit: CreditTerms) -> dict:
    if credit.system == "recursive":
        return {
            "system": "recursive",
            "percent": percent_text(credit.percent),
            "max_levels": credit.max_levels,
        }
    return {
        "system": "levels",
        "levels": [reward_document(level) for level in credit.levels],
        "customer": credit.customer and reward_document(credit.customer),
    }


def _group(group: Group) -> dict:
    reached = {"assigned": True} if group.assigned else {"min_volume": group.min_volume}
    levels = [reward_document(level) for level in group.levels]
    return {
        "id": group.id,
        "name": group.name,
        "description": group.description,
        **reached,
        "levels": levels,
    }


def _review(review: ReviewTerms) -> dict:
    return {
        "hold": list(review.hold),
        "refuse": list(review.refuse),
        "sign_ups_an_hour": review.sign_ups_an_hour,
        "deadline_days": review.deadline_days,
        "at_deadline": review.at_deadline,
    }


def _cap(cap: Cap) -> dict:
    return {
        "amount": cap.amount,
        "from": cap.since and instant_text(cap.since),
        "until": cap.until and instant_text(cap.until),
    }
