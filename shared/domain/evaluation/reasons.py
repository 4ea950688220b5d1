"""Reasons: documents that explain the amount of each posting and refusal (specification: reason)."""

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
"""What a review did to a reward."""


def reward_reason(due: Due, terms: Terms) -> Reason:
    """The reason of a reward that is posted for the first time."""
    return {
        "code": due.code,
        "inputs": inputs_of(due, terms),
        "steps": steps_of(due),
        "program_version": terms.version,
    }


def inputs_of(due: Due, terms: Terms) -> ReasonInputs:
    """Every input from which the amount of a reward was computed. Limits that do not apply are left
    out.
    """
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
    """Recomputes the amount of an entry from the inputs of its reason, to check it. The inputs must
    have `kept`.
    """
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
    """The steps of the computation, in their order. A floor, cap or room that did not change the
    amount is left out.
    """
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
    """The reason of a refused reward (amount 0)."""
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
    """The reason of a posting that brings a reward to what is due.

    For the first posting of a reward it is the reason of the reward itself. For a later one it says
    why the reward changed: `cause` if given, or else what the facts of the order say.
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
    """The reason of a deduction. Its input `of` is the amount of the reward before the deduction."""
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
    """The reason of the two entries that give a reward another date or remove its date."""
    code = REVIEW_HELD if shift.reward.available_on is None else REVIEW_APPROVED
    inputs: ReasonInputs = {
        "friend": terms.buyer,
        "level": shift.reward.level,
        "amount": shift.amount,
    }
    inputs |= _code_input(shift.reward)
    return {"code": code, "inputs": inputs, "steps": [], "program_version": terms.version}


def _lapsed_input(reward: PostedReward) -> ReasonInputs:
    """The input `lapsed`: the part of the reward that expired unspent and therefore stays posted."""
    return {"lapsed": reward.lapsed} if reward.lapsed else {}


def _code_input(reward: PostedReward) -> ReasonInputs:
    """The input `reward`, only for a friend's bonus. It is needed because the code of this reason
    does not say which of the buyer's two rewards is meant.
    """
    return {"reward": reward.code} if reward.code == FRIEND_BONUS else {}


def adjustment_reason(amount: int) -> Reason:
    """The reason of a posting by hand.

    The text that staff entered is not part of it, because it may name people. It is kept only in
    the audit log.
    """
    return {"code": ADJUSTMENT, "inputs": {"amount": amount}, "steps": [], "program_version": None}


def opening_balance_reason(amount: int) -> Reason:
    """The reason of an opening balance: credit that a member brought along from the program before
    this one.
    """
    return {"code": IMPORTED, "inputs": {"amount": amount}, "steps": [], "program_version": None}


def cause_of(order: OrderFacts, delta: RewardDelta, terms: Terms) -> str:
    """The code that says why a reward changed after it had been posted, taken from the facts of the
    order.
    """
    if delta.amount > 0:
        return "restored"
    if terms.refusal:
        return terms.refusal
    if order.cancelled:
        return "order_cancelled"
    if disputed_amount(order) != 0:
        return "order_disputed"
    return "order_refunded" if sum_refunds(order).total else "order_changed"
