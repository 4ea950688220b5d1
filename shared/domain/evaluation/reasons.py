"""Why each cent is what it is: codes, the inputs an amount follows from, its steps (design, section 5, number 7)."""

from collections.abc import Mapping

from shared.domain.evaluation.decision import Deduction
from shared.domain.ledger.ledger import ADJUSTMENT, DateShift, RewardDelta, difference
from shared.domain.money import Reward, percent_parts, percent_text
from shared.domain.orders.facts import OrderFacts, refunded
from shared.domain.rewards.reward import FRIEND_BONUS, Due, Refusal, Terms, bounded

BLOCKED, REFERRAL_ENDED = "blocked", "referral_ended"
"""Why credit was taken out of a reward for good."""
REVIEW_HELD, REVIEW_APPROVED, REVIEW_REFUSED = "review_held", "review_approved", "review_refused"
"""What a review does to a reward."""


def reward_reason(due: Due, terms: Terms) -> dict:
    """The reason of a reward as it stands."""
    return {
        "code": due.code,
        "inputs": inputs_of(due, terms),
        "steps": steps_of(due),
        "program_version": terms.version,
    }


def inputs_of(due: Due, terms: Terms) -> dict:
    """Everything the amount follows from; bounds that do not apply are left out."""
    inputs = {"friend": terms.buyer, "level": due.level, "kept": due.kept, **_grant(due.grant)}
    if due.base != due.kept:
        inputs["base"] = due.base
    bounds = {"min_bonus": due.floor, "max_bonus": due.cap, "room": due.room}
    inputs.update({name: bound for name, bound in bounds.items() if bound is not None})
    if due.code == FRIEND_BONUS and terms.chain:
        inputs["advocate"] = terms.chain[0].member
    return inputs


def amount_from(inputs: Mapping) -> int:
    """The amount again, from a reason's own inputs."""
    grant = (
        Reward(fixed=inputs["fixed"])
        if "fixed" in inputs
        else Reward(percent_parts(inputs["percent"]))
    )
    computed = grant.of(inputs.get("base", inputs["kept"]))
    due = bounded(
        computed,
        inputs["kept"],
        inputs.get("min_bonus"),
        inputs.get("max_bonus"),
        inputs.get("room"),
    )
    if "posted" not in inputs:
        return due
    return difference(due, inputs["posted"], inputs["taken"])


def steps_of(due: Due) -> list[dict]:
    """Each step that made or changed the amount, in its order."""
    amount = due.grant.of(due.base)
    steps = [{"step": "reward", **_grant(due.grant), "of": due.base, "amount": amount}]
    for name, bound, after in (
        ("min_bonus", due.floor, bounded(amount, due.kept, due.floor, None, None)),
        ("max_bonus", due.cap, bounded(amount, due.kept, due.floor, due.cap, None)),
        ("room", due.room, bounded(amount, due.kept, due.floor, due.cap, due.room)),
    ):
        if after != steps[-1]["amount"]:
            steps.append({"step": name, "bound": bound, "amount": after})
    return steps


def refusal_reason(refusal: Refusal, terms: Terms, kept: int) -> dict:
    """The reason of a reward of 0."""
    inputs = {"friend": terms.buyer, "kept": kept}
    if refusal.level is not None:
        inputs["level"] = refusal.level
    if refusal.code == "after_total_payments":
        inputs["payments"] = terms.payments
    return {"code": refusal.code, "inputs": inputs, "steps": [], "program_version": terms.version}


def delta_reason(change: RewardDelta, order: OrderFacts, terms: Terms) -> dict:
    """The reason of a posting: the reward's own where nothing was posted before, else what moved it from there."""
    standing, due = change.standing, change.due
    posted, taken = standing.posted - change.amount, standing.taken
    if due is not None and not posted and not taken:
        return reward_reason(due, terms)
    inputs = (
        inputs_of(due, terms)
        if due
        else {"friend": terms.buyer, "level": standing.level, "kept": 0, "percent": "0"}
    )
    steps = [
        *(steps_of(due) if due else []),
        {"step": "posted", "posted": posted - taken, "amount": change.amount},
    ]
    inputs |= {"posted": posted, "taken": taken}
    return {
        "code": cause_of(order, change, terms),
        "inputs": inputs,
        "steps": steps,
        "program_version": terms.version,
    }


def deduction_reason(code: str, taking: Deduction, terms: Terms) -> dict:
    """The reason of what lowers a reward for good; `of` is what stood before."""
    standing = taking.standing
    inputs = {
        "friend": terms.buyer,
        "level": standing.level,
        "of": standing.net,
        "amount": taking.amount,
    }
    steps = [{"step": code, "of": standing.net, "amount": -taking.amount}]
    return {"code": code, "inputs": inputs, "steps": steps, "program_version": terms.version}


def date_shift_reason(move: DateShift, terms: Terms) -> dict:
    """The reason of both entries by which a reward gets another date, or none while it is reviewed."""
    standing = move.standing
    code = REVIEW_HELD if standing.available_on is None else REVIEW_APPROVED
    inputs = {"friend": terms.buyer, "level": standing.level, "amount": move.amount}
    return {"code": code, "inputs": inputs, "steps": [], "program_version": terms.version}


def adjustment_reason(amount: int) -> dict:
    """The reason of a posting by hand; the words that staff gave are the audit's, for they may name people."""
    return {"code": ADJUSTMENT, "inputs": {"amount": amount}, "steps": [], "program_version": None}


def cause_of(order: OrderFacts, change: RewardDelta, terms: Terms) -> str:
    """What in the order moved a reward that was posted before."""
    if change.amount > 0:
        return "restored"
    if terms.refusal:
        return terms.refusal
    if order.cancelled:
        return "order_cancelled"
    if order.disputed and order.disputed.value:
        return "order_disputed"
    return "order_refunded" if refunded(order).total else "order_changed"


def _grant(grant: Reward) -> dict:
    return {"percent": percent_text(grant.parts)} if grant.fixed is None else {"fixed": grant.fixed}
