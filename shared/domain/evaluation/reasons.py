"""Why each cent is what it is: the reasons of postings and refusals (specification: reason)."""

from shared.domain.evaluation.deductions import Deduction
from shared.domain.ledger.entry import ADJUSTMENT
from shared.domain.ledger.ledger import DateShift, PostedReward, RewardDelta, amount_to_post
from shared.domain.ledger.reason import Reason, ReasonInputs, ReasonStep
from shared.domain.money import Grant, percent_parts, percent_text
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.kept import disputed_amount, sum_refunds
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import FRIEND_BONUS, Due, Refusal, bound_amount
from shared.domain.rewards.terms import Terms
from shared.domain.rewards.unrewarded import NO_GROUP, least_volume

BLOCKED, IMPORTED = "blocked", "imported"
REVIEW_HELD, REVIEW_APPROVED, REVIEW_REFUSED = "review_held", "review_approved", "review_refused"
"""What a review does to a reward."""


def reward_reason(due: Due, terms: Terms) -> Reason:
    """The reason of a reward that was not posted in parts."""
    return {
        "code": due.code,
        "inputs": inputs_of(due, terms),
        "steps": steps_of(due),
        "program_version": terms.version,
    }


def inputs_of(due: Due, terms: Terms) -> ReasonInputs:
    """Everything that the amount follows from; bounds that do not apply are left out."""
    inputs: ReasonInputs = {"friend": terms.buyer, "level": due.level, "kept": due.kept}
    if due.grant.fixed is None:
        inputs["percent"] = percent_text(due.grant.parts)
    else:
        inputs["fixed"] = due.grant.fixed
    if due.base != due.kept:
        inputs["base"] = due.base
    if due.floor is not None:
        inputs["min_bonus"] = due.floor
    if due.cap is not None:
        inputs["max_bonus"] = due.cap
    if due.room is not None:
        inputs["room"] = due.room
    if due.code == FRIEND_BONUS and terms.chain:
        inputs["advocate"] = terms.chain[0].member
    return inputs


def amount_from(inputs: ReasonInputs) -> int:
    """The amount again, computed from the inputs of a reason that has `kept`."""
    fixed = inputs.get("fixed")
    grant = Grant(percent_parts(inputs["percent"])) if fixed is None else Grant(fixed=fixed)
    due = bound_amount(
        grant.of(inputs.get("base", inputs["kept"])),
        inputs["kept"],
        inputs.get("min_bonus"),
        inputs.get("max_bonus"),
        inputs.get("room"),
    )
    if "posted" not in inputs:
        return due
    return amount_to_post(due, inputs["posted"], inputs["taken"], inputs.get("lapsed", 0))


def steps_of(due: Due) -> list[ReasonStep]:
    """Each step that made or changed the amount, in its order."""
    amount = due.grant.of(due.base)
    steps = [_reward_step(due, amount)]
    for name, bound, after in (
        ("min_bonus", due.floor, bound_amount(amount, due.kept, due.floor, None, None)),
        ("max_bonus", due.cap, bound_amount(amount, due.kept, due.floor, due.cap, None)),
        ("room", due.room, bound_amount(amount, due.kept, due.floor, due.cap, due.room)),
    ):
        if bound is not None and after != steps[-1]["amount"]:
            steps.append({"step": name, "bound": bound, "amount": after})
    return steps


def _reward_step(due: Due, amount: int) -> ReasonStep:
    if due.grant.fixed is not None:
        return {"step": "reward", "fixed": due.grant.fixed, "of": due.base, "amount": amount}
    percent = percent_text(due.grant.parts)
    return {"step": "reward", "percent": percent, "of": due.base, "amount": amount}


def refusal_reason(refusal: Refusal, terms: Terms, kept: int, program: Program) -> Reason:
    """The reason of a reward of 0."""
    inputs: ReasonInputs = {"friend": terms.buyer, "kept": kept}
    if refusal.level is not None:
        inputs["level"] = refusal.level
    if refusal.code == "after_total_payments":
        inputs["payments"] = terms.payments
    if refusal.code == NO_GROUP and terms.volume is not None:
        inputs["volume"], inputs["min_volume"] = terms.volume, least_volume(program)
    return {"code": refusal.code, "inputs": inputs, "steps": [], "program_version": terms.version}


def delta_reason(
    delta: RewardDelta, order: OrderFacts, terms: Terms, cause: str | None = None
) -> Reason:
    """The reason of a posting.

    It is the reward's own where nothing was posted before, else what moved the reward from there:
    the `cause`, or what the order's facts say.
    """
    reward, due = delta.reward, delta.due
    posted, deducted = reward.posted - delta.amount, reward.deducted
    if due is not None and not posted and not deducted:
        return reward_reason(due, terms)
    inputs: ReasonInputs = {"friend": terms.buyer, "level": reward.level, "kept": 0, "percent": "0"}
    steps: list[ReasonStep] = []
    if due is not None:
        inputs, steps = inputs_of(due, terms), steps_of(due)
    inputs |= _lapsed_input(reward) | _code_input(reward)
    return {
        "code": cause or cause_of(order, delta, terms),
        "inputs": {**inputs, "posted": posted, "taken": deducted},
        "steps": [*steps, {"step": "posted", "posted": posted - deducted, "amount": delta.amount}],
        "program_version": terms.version,
    }


def deduction_reason(code: str, deduction: Deduction, terms: Terms) -> Reason:
    """The reason of a deduction; its input `of` is what stood before."""
    reward, amount = deduction.reward, deduction.amount
    inputs: ReasonInputs = {
        "friend": terms.buyer,
        "level": reward.level,
        "of": reward.net,
        "amount": amount,
    }
    inputs |= _code_input(reward)
    steps: list[ReasonStep] = [{"step": code, "of": reward.net, "amount": -amount}]
    return {"code": code, "inputs": inputs, "steps": steps, "program_version": terms.version}


def date_shift_reason(shift: DateShift, terms: Terms) -> Reason:
    """The reason of both entries by which a reward gets another date, or none."""
    code = REVIEW_HELD if shift.reward.available_on is None else REVIEW_APPROVED
    inputs: ReasonInputs = {
        "friend": terms.buyer,
        "level": shift.reward.level,
        "amount": shift.amount,
    }
    inputs |= _code_input(shift.reward)
    return {"code": code, "inputs": inputs, "steps": [], "program_version": terms.version}


def _lapsed_input(reward: PostedReward) -> ReasonInputs:
    """What stays posted because it expired unspent."""
    return {"lapsed": reward.lapsed} if reward.lapsed else {}


def _code_input(reward: PostedReward) -> ReasonInputs:
    """Tells the friend's bonus from the buyer's own reward, where the reason has another code."""
    return {"reward": reward.code} if reward.code == FRIEND_BONUS else {}


def adjustment_reason(amount: int) -> Reason:
    """The reason of a posting by hand.

    The words that staff gave stand in the audit log only, for they may name people.
    """
    return {"code": ADJUSTMENT, "inputs": {"amount": amount}, "steps": [], "program_version": None}


def opening_balance_reason(amount: int) -> Reason:
    """The reason of what a member owned in the program before this one."""
    return {"code": IMPORTED, "inputs": {"amount": amount}, "steps": [], "program_version": None}


def cause_of(order: OrderFacts, delta: RewardDelta, terms: Terms) -> str:
    """What in the order moved a reward that had been posted before."""
    if delta.amount > 0:
        return "restored"
    if terms.refusal:
        return terms.refusal
    if order.cancelled:
        return "order_cancelled"
    if disputed_amount(order) != 0:
        return "order_disputed"
    return "order_refunded" if sum_refunds(order).total else "order_changed"
