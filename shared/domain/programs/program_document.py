"""Reading a program document into values, every contradiction named by its field (design, section 3)."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.document import REQUIRED, Document, FieldError, text
from shared.domain.money import PERCENT, Reward, percent_parts
from shared.domain.orders.fraud_signals import APPROVE, GRADED, REFUSE
from shared.domain.programs.program import (
    LONGEST_CHAIN,
    AttributionTerms,
    Cap,
    CreditTerms,
    Discount,
    FriendTerms,
    Group,
    Program,
    ReviewTerms,
    Rules,
    WalletTerms,
)

BASES = ("items_net", "items_list", "paid_total")
MOMENTS = ("paid", "completed")
TOUCHES = ("first", "last")
MOST_GROUPS = 50
LONGEST_HOLD_DAYS = 365
USUAL = ReviewTerms()
MOST_HELD_LEVELS = 20
"""An approval moves every reward of an order from no date to its date, in one transaction of 100 items."""


def parse_program(document: object, version: int = 0) -> Program:
    """A program document as values; raises `InvalidDocument` with every fault, unknown fields among them."""
    source = Document(document)
    program = Program(
        id=source.identifier("id"),
        name=source.text("name"),
        currency=source.currency("currency"),
        credit=_credit(source.section("credit")),
        time_zone=source.field("time_zone", "UTC", _time_zone),
        base=source.choice("base", BASES, "items_net"),
        earn_on=source.choice("earn_on", MOMENTS, "completed"),
        hold_days=source.count("hold_days", 0, most=LONGEST_HOLD_DAYS),
        groups=_groups(source),
        rules=_rules(source.section("rules", None)),
        friend=_friend(source.section("friend", None)),
        attribution=_attribution(source.section("attribution", None)),
        wallet=_wallet(source.section("wallet", None)),
        review=_review(source.section("review", None)),
        version=version,
    )
    if program.review.hold and program.depth() > MOST_HELD_LEVELS:
        source.fault(
            "review.hold",
            f"goes with at most {MOST_HELD_LEVELS} levels; set max_levels, or refuse instead of holding",
        )
    source.refuse_unknown()
    source.finish()
    return program


def _credit(source: Document | None) -> CreditTerms:
    if source is None:
        return CreditTerms()
    system = source.choice("system", ("levels", "recursive"))
    if system == "recursive":
        credit = CreditTerms(
            "recursive",
            percent=source.field("percent", REQUIRED, percent_parts),
            max_levels=source.count("max_levels", None, least=1, most=LONGEST_CHAIN),
        )
    else:
        credit = CreditTerms("levels", _levels(source), _reward(source.section("customer", None)))
    source.refuse_unknown()
    return credit


def _levels(source: Document) -> tuple[Reward, ...]:
    return tuple(_reward(row) for row in source.rows("levels", LONGEST_CHAIN))


def _reward(source: Document | None) -> Reward | None:
    """`{"percent": "10"}` or `{"fixed": 500}`."""
    if source is None:
        return None
    reward = _grant(source)
    source.refuse_unknown()
    return reward


def _grant(source: Document) -> Reward:
    parts, fixed = source.field("percent", None, percent_parts), source.amount("fixed", None)
    if (source.value.get("percent") is None) == (source.value.get("fixed") is None):
        source.faults.append(
            FieldError(source.path, 'write either {"percent": "10"} or {"fixed": 500}')
        )
    return Reward(parts or 0, fixed)


def _discount(source: Document | None) -> Discount | None:
    if source is None:
        return None
    discount = Discount(
        _grant(source), source.amount("max", None), source.amount("minimum_order", None)
    )
    if discount.reward.fixed is not None and discount.most is not None:
        source.fault("max", "goes with a percent; a fixed discount is its own maximum")
    source.refuse_unknown()
    return discount


def _groups(source: Document) -> tuple[Group, ...]:
    rows = source.rows("groups", MOST_GROUPS)
    groups = tuple(_group(row) for row in rows)
    seen: set[str] = set()
    for row, group in zip(rows, groups, strict=True):
        if group.id in seen:
            row.fault("id", "is the id of another group; give each its own")
        seen.add(group.id)
    return groups


def _group(source: Document) -> Group:
    assigned = source.flag("assigned", False)
    min_volume = source.amount("min_volume", None)
    if assigned == (min_volume is not None):
        source.faults.append(
            FieldError(source.path, 'write either "min_volume" or "assigned": true')
        )
    group_id, name = source.identifier("id"), source.text("name", None)
    group = Group(
        id=group_id,
        name=group_id if name is None else name,
        description=source.text("description", "", longest=2_000),
        levels=_levels(source),
        min_volume=None if assigned else min_volume or 0,
        assigned=assigned,
    )
    source.refuse_unknown()
    return group


def _rules(source: Document | None) -> Rules:
    if source is None:
        return Rules()
    rules = Rules(
        total_days=source.count("total_days", None),
        payment_minimum=source.amount("payment_minimum", None),
        max_bonus=source.amount("max_bonus", None),
        min_bonus=source.amount("min_bonus", None),
        max_per_advocate=_cap(source.section("max_per_advocate", None)),
        total_payments=source.count("total_payments", None, most=1_000_000),
    )
    source.refuse_unknown()
    return rules


def _cap(source: Document | None) -> Cap | None:
    if source is None:
        return None
    cap = Cap(source.amount("amount"), source.instant("from", None), source.instant("until", None))
    if cap.since and cap.until and cap.until <= cap.since:
        source.fault("until", 'must be later than "from"; no order could earn')
    source.refuse_unknown()
    return cap


def _friend(source: Document | None) -> FriendTerms:
    if source is None:
        return FriendTerms()
    friend = FriendTerms(
        _reward(source.section("bonus", None)),
        _discount(source.section("discount", None)),
        source.flag("new_customers_only", True),
    )
    source.refuse_unknown()
    return friend


def _attribution(source: Document | None) -> AttributionTerms:
    if source is None:
        return AttributionTerms()
    attribution = AttributionTerms(
        source.choice("touch", TOUCHES, "first"), source.count("window_days", None, least=1)
    )
    source.refuse_unknown()
    return attribution


def _wallet(source: Document | None) -> WalletTerms:
    if source is None:
        return WalletTerms()
    wallet = WalletTerms(
        source.field("max_percent_of_order", PERCENT, _share),
        source.count("expires_after_days", None, least=1),
        source.flag("credit_reduces_base", True),
    )
    source.refuse_unknown()
    return wallet


def _review(source: Document | None) -> ReviewTerms:
    if source is None:
        return USUAL
    review = ReviewTerms(
        source.field("hold", (), _signals),
        source.field("refuse", (), _signals),
        source.count("sign_ups_an_hour", USUAL.sign_ups_an_hour, least=2, most=1_000),
        source.count("deadline_days", USUAL.deadline_days, least=1, most=LONGEST_HOLD_DAYS),
        source.choice("at_deadline", (APPROVE, REFUSE), APPROVE),
    )
    for code in sorted({*review.hold} & {*review.refuse}):
        source.fault("refuse", f"names {code}, which hold names too; choose one")
    source.refuse_unknown()
    return review


def _signals(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(code, str) and code in GRADED for code in value
    ):
        raise ValueError("must be a list of: " + ", ".join(GRADED))
    return tuple(code for code in GRADED if code in value)


def _share(value: object) -> int:
    parts = percent_parts(value)
    if parts > PERCENT:
        raise ValueError('must be at most "100"')
    return parts


def _time_zone(value: object) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('must be a zone of the IANA database, such as "Europe/Berlin"') from None
    return name
