"""How the facts, terms and rewards of an order are stored as JSON.

An order with ten rewards fits into one kilobyte. Names are short, and two kinds of values are left
out: values that most parts of the order share, and values that follow from the terms.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from shared.domain.evaluation.posted import FrozenOrder, OpenOrder, PostedState
from shared.domain.ledger.ledger import PostedReward
from shared.domain.orders.facts import (
    SUCCEEDED,
    DailyRate,
    Dispute,
    OrderFacts,
    OrderTotals,
    Refund,
    Versioned,
)
from shared.domain.rewards.reward import CUSTOMER, REFERRAL
from shared.domain.rewards.terms import FrozenAdvocate, Terms
from shared.store.codec import INSTANT, JSON, TUPLE, Document, Field, Form, by_name

TIME = "t"
"""The stored name of a versioned value's time."""
TOTALS = Document(
    OrderTotals,
    currency=Field("c"),
    items=Field("i"),
    discount=Field("d"),
    tax=Field("x"),
    shipping=Field("s"),
    other=Field("o"),
    credit_in=Field("k"),
)
REFUND = Document(
    Refund,
    amount=Field("a"),
    items_amount=Field("i", default=None),
    at=Field("d", INSTANT),
    status=Field("s", default=SUCCEEDED),
    credit=Field("c"),
)
DISPUTE = Document(
    Dispute, amount=Field("a", default=None), status=Field("s"), at=Field("d", INSTANT)
)

DAILY_RATE = Document(
    DailyRate,
    day=Field("d", Form(date.isoformat, date.fromisoformat)),
    rate=Field("v"),
    source=Field("s"),
    target=Field("t"),
)


def _versioned[T](form: Form[T]) -> Document[Versioned[T]]:
    return Document(Versioned, at=Field(TIME, INSTANT), value=Field("v", form), rank=Field("r"))


PLAIN_VERSION = _versioned(JSON)
REFUND_VERSION = _versioned(REFUND.form)
DISPUTE_VERSION = _versioned(DISPUTE.form)
FACTS = Document(
    OrderFacts,
    ("id", "login"),  # the id is in the key; a login only finds the member
    told_customer=Field("c", PLAIN_VERSION.form),
    told_email_hash=Field("e", PLAIN_VERSION.form),
    ref_token=Field("k"),
    codes=Field("co", TUPLE),
    placed_at=Field("pl", INSTANT),
    paid_at=Field("pa", INSTANT),
    completed_at=Field("cp", INSTANT),
    status=Field("s", PLAIN_VERSION.form),
    cancel_told=Field("x", INSTANT),
    disputed=Field("d", PLAIN_VERSION.form),
    totals=Field("t", _versioned(TOTALS.form).form),
    credit_used=Field("u", PLAIN_VERSION.form),
    fx_rate=Field("f", PLAIN_VERSION.form),
    refunds=Field("r", by_name(REFUND_VERSION)),
    refunded_total=Field("rt"),
    test=Field("te"),
    hint=Field("h"),
    refs=Field("n", TUPLE),
    payment=Field("p"),
    payment_told=Field("pt", INSTANT),
    refunds_complete=Field("rc", INSTANT),
    disputes=Field("dp", by_name(DISPUTE_VERSION)),
    credit_captured=Field("cc"),
    told_advocate=Field("av", PLAIN_VERSION.form),
    captured_total=Field("ca", PLAIN_VERSION.form),
    fx_currency=Field("fc", PLAIN_VERSION.form),
    daily_rate=Field("dr", DAILY_RATE.form),
)
VERSIONED, BY_NAME, MOST_TIMES = (
    ("s", "d", "t", "u", "f", "c", "e", "ca", "fc", "av"),
    ("r", "dp"),
    "at",
)
"""Stored names in the facts.

* `VERSIONED`: fields with one versioned value.
* `BY_NAME`: fields with versioned values by name.
* `MOST_TIMES`: the time that most of these values share. Values with this time are stored without
  it.
"""
PAID, PAYMENT_TOLD = "pa", "pt"
"""Stored names of `paid_at` and `payment_told`. If a paid order has no stored `payment_told`, it is
the time under `MOST_TIMES`.
"""


def _facts_to_json(order: OrderFacts) -> dict[str, Any]:
    row = FACTS.encode(order)
    versions = _versions(row)
    if versions:
        most = _most_common(version[TIME] for version in versions)
        row[MOST_TIMES] = most
        for version in versions:
            if version[TIME] == most:
                del version[TIME]
        if row.get(PAYMENT_TOLD) == most:
            del row[PAYMENT_TOLD]
    return row


def _facts_from_json(row: dict[str, Any]) -> OrderFacts:
    """The facts without the order's id, which is in the item's key."""
    for version in _versions(row):
        version.setdefault(TIME, row[MOST_TIMES])
    if PAID in row and MOST_TIMES in row:
        row.setdefault(PAYMENT_TOLD, row[MOST_TIMES])
    return FACTS.decode(row, id="")


def _versions(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = [version for name in BY_NAME for version in row.get(name, {}).values()]
    return [*(row[name] for name in VERSIONED if name in row), *named]


def _most_common(texts: Iterable[str]) -> str:
    return Counter(texts).most_common(1)[0][0]


ADVOCATE = Document(
    FrozenAdvocate, member=Field("m"), group=Field("g"), blocked=Field("b"), room=Field("r")
)


def _chain_to_json(chain: Sequence[FrozenAdvocate]) -> list[Any]:
    """The stored chain. An advocate with only an id is stored as that id."""
    rows = [ADVOCATE.encode(advocate) for advocate in chain]
    return [row["m"] if len(row) == 1 else row for row in rows]


def _chain_from_json(rows: Sequence[Any]) -> tuple[FrozenAdvocate, ...]:
    return tuple(
        FrozenAdvocate(row) if isinstance(row, str) else ADVOCATE.decode(row) for row in rows
    )


def _chain_spelled_out(rows: Sequence[Any]) -> list[Any]:
    return [{"member": row} if isinstance(row, str) else ADVOCATE.spell_out(row) for row in rows]


TERMS = Document(
    Terms,
    version=Field("v"),
    earned_at=Field("e", INSTANT),
    buyer=Field("b", default=None),
    buyer_blocked=Field("bb"),
    referral=Field("r"),
    chain=Field("c", Form(_chain_to_json, _chain_from_json, _chain_spelled_out)),
    payments=Field("p"),
    refusal=Field("x"),
    signed_up_at=Field("s", INSTANT),
    signals=Field("f", TUPLE),
    held_at=Field("h", INSTANT),
    verdict=Field("d"),
    volume=Field("vo"),
    past=Field("pa"),
)
REWARD = Document(
    PostedReward,
    member=Field("m"),
    level=Field("l"),
    code=Field("c"),
    posted=Field("p"),
    deducted=Field("x"),
    available_on=Field("d", INSTANT),
    lapsed=Field("z"),
)
"""A posted reward. Member, code and date are not stored if they are the usual ones (`_usual`)."""
OPEN = Document(
    OpenOrder,
    ("rewards",),
    volume=Field("v"),
    slot=Field("s"),
    version=Field("pv"),
    past=Field("pa"),
)
FROZEN = Document(
    FrozenOrder, ("rewards",), terms=Field("t", TERMS.form), volume=Field("v"), slot=Field("s")
)
REWARDS, DATE = "r", "d"
"""Stored names in the posted state: the rewards, and the date that most of them share. Rewards with
this date are stored without it.
"""


def _posted_to_json(posted: PostedState) -> dict[str, Any]:
    row = FROZEN.encode(posted) if isinstance(posted, FrozenOrder) else OPEN.encode(posted)
    if not posted.rewards:
        return row
    rewards = [REWARD.encode(reward) for reward in posted.rewards]
    date = _most_common(reward.get(DATE, "") for reward in rewards)
    if date:
        row[DATE] = date
    terms = _terms_of(posted)
    row[REWARDS] = [_without_usual(reward, _usual(terms, reward["l"], date)) for reward in rewards]
    return row


def _posted_from_json(row: Mapping[str, Any]) -> PostedState:
    """The posted state. It is a `FrozenOrder` if terms are stored, else an `OpenOrder`."""
    posted: PostedState = (
        FROZEN.decode(row, rewards=()) if "t" in row else OPEN.decode(row, rewards=())
    )
    rewards = _whole_rewards(row, _terms_of(posted))
    return posted._replace(rewards=tuple(map(REWARD.decode, rewards)))


def _posted_spelled_out(row: Mapping[str, Any]) -> dict[str, Any]:
    rewards = _whole_rewards(row, _terms_of(_posted_from_json(row)))
    return FROZEN.spell_out(row) | {"rewards": [*map(REWARD.spell_out, rewards)]}


def _terms_of(posted: PostedState) -> Terms | None:
    return posted.terms if isinstance(posted, FrozenOrder) else None


def _whole_rewards(row: Mapping[str, Any], terms: Terms | None) -> list[dict[str, Any]]:
    date = row.get(DATE, "")
    return [_usual(terms, reward["l"], date) | reward for reward in row.get(REWARDS, ())]


def _without_usual(reward: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """A stored reward without its usual values. If it has no date although a date is usual, the
    date is stored as `null`.
    """
    row = {name: value for name, value in reward.items() if usual.get(name) != value}
    if DATE in usual and DATE not in reward:
        row[DATE] = None
    return row


def _usual(terms: Terms | None, level: int, date: str) -> dict[str, Any]:
    """The usual code, member and date of a reward at a level."""
    row = {"c": REFERRAL if level else CUSTOMER}
    if level == 0 and terms and terms.buyer:
        row["m"] = terms.buyer
    elif terms and 0 < level <= len(terms.chain):
        row["m"] = terms.chain[level - 1].member
    if date:
        row[DATE] = date
    return row


type RefusedReward = tuple[str, int | None]
"""The code and the level of a refusal. The level is `None` if there was no referral."""


def _refused_to_json(refused: Iterable[RefusedReward]) -> dict[str, list[int | None]]:
    """The refused levels, by the code of the refusal."""
    levels: dict[str, list[int | None]] = {}
    for code, level in refused:
        levels.setdefault(code, []).append(level)
    return levels


def _refused_from_json(row: Mapping[str, list[int | None]]) -> tuple[RefusedReward, ...]:
    return tuple((code, level) for code, levels in row.items() for level in levels)


FACTS_FORM: Form[OrderFacts] = Form(_facts_to_json, _facts_from_json, FACTS.spell_out)
POSTED_FORM: Form[PostedState] = Form(_posted_to_json, _posted_from_json, _posted_spelled_out)
REFUSED_FORM: Form[tuple[RefusedReward, ...]] = Form(_refused_to_json, _refused_from_json)
