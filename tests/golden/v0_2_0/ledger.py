"""Golden items of the ledger table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.domain.evaluation.posted import FrozenOrder, OpenOrder
from shared.domain.ledger.entry import Entry
from shared.domain.ledger.holds import CapturedHold, OpenHold, VoidedHold
from shared.domain.ledger.ledger import Account, HeldAmount, LastStatement, PostedReward
from shared.domain.ledger.order_credit import OrderCredit, OrderHold, Payer
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.settlement import ClosedRun, OpenRun, SettlementCounts, SettlementShard
from shared.domain.ledger.statement import Figures, Statement
from shared.domain.orders.facts import OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.orders.fraud_signals import BuyerTraces
from shared.domain.orders.purchases import Placed, Purchases
from shared.domain.rewards.terms import FrozenAdvocate, Terms
from shared.store import keys
from shared.store.ledger.accounts import (
    AccountItem,
    EntryItem,
    account_of,
    entry_of,
    put_account,
    put_entry,
)
from shared.store.ledger.adjustments import AdjustmentItem
from shared.store.ledger.holds import (
    HoldItem,
    OrderCreditItem,
    hold_of,
    order_credit_of,
    put_hold,
    put_order_credit,
)
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, order_from, put_order
from shared.store.ledger.purchases import PurchasesItem, purchases_of, put_purchases
from shared.store.ledger.settlements import (
    Failure,
    FailureItem,
    RunItem,
    ShardItem,
    SolvedFailure,
    _run_of,
    _shard_of,
    failure_of,
    put_failure,
    put_run,
    put_shard,
    put_solved_failure,
)
from shared.store.ledger.statements import StatementItem, put_statement, statement_from
from tests.golden.golden_item import GoldenItem, record, revised
from tests.golden.v0_2_0.moments import AT, DATE, HASH, LATER, SECOND

TERMS = Terms(
    3,
    AT,
    "I",
    referral="49XiIq5Msova20Dz",
    chain=(
        FrozenAdvocate("F"),
        FrozenAdvocate("E", "silver", True, 0),
        FrozenAdvocate("D", room=900),
    ),
    payments=2,
    signed_up_at=AT - timedelta(days=3),
    signals=("same_payment",),
    held_at=AT,
    verdict="approved",
)
FACTS = OrderFacts(
    "1001",
    told_customer=Versioned(LATER, "I"),
    told_email_hash=Versioned(LATER, HASH),
    ref_token="tok_1",
    codes=("ANNA-7K2Q",),
    placed_at=AT,
    paid_at=AT + SECOND,
    completed_at=LATER,
    status=Versioned(AT, "completed"),
    disputed=Versioned(LATER, False),
    totals=Versioned(AT, OrderTotals("CHF", 10_000, 500, 1900, 490), 0),
    credit_used=Versioned(AT, 250),
    fx_rate=Versioned(AT, "1.05"),
    refunds={
        "re_1": Versioned(LATER, Refund(2500, None, LATER, "succeeded")),
        "re_2": Versioned(AT, Refund(1, 0, AT, "failed")),
    },
    refunded_total=2500,
    test=True,
    hint=True,
    refs=("stripe:cs_1", "stripe:pi_1"),
    payment="eLihtj2HTMlWeL7e",
    payment_told=AT,
)
POSTED = FrozenOrder(
    TERMS,
    (
        PostedReward("F", 1, "referral", 900, 100, DATE),
        PostedReward("X", 2, "referral", 300, 0, DATE),
        PostedReward("D", 3, "referral", 30),
        PostedReward("I", 0, "customer", 500, 0, AT),
        PostedReward("I", 0, "friend_bonus", 10, 0, DATE),
    ),
    9500,
    True,
)
ORDER = KnownOrder(
    FACTS,
    POSTED,
    state="evaluated",
    parked=None,
    buyer="I",
    evidence=({"kind": "code", "value": "ANNA-7K2Q", "advocate": "F"},),
    refused=(("self_referral", 1), ("no_referral", None)),
    revision=4,
)
HOLD = OpenHold("h1", "I", "EUR", "1002", 700, LATER, 1)
STATEMENT = Statement(
    member="I",
    currency="EUR",
    month="2026-03",
    number=2,
    first=5,
    last=9,
    figures=Figures(100, 900, 50, 20, -30, 200, 25, 10, 715),
    hash=HASH,
    time_zone="Europe/Berlin",
    issued_at=datetime(2026, 4, 1, 4, tzinfo=UTC),
    maturing={DATE: 300},
    reviewed=40,
    group="silver",
    previous_group="bronze",
)
RUN = OpenRun("2026-03", "Europe/Berlin", 4, 20_000, datetime(2026, 4, 1, 4, tzinfo=UTC), 1)
COUNTS = SettlementCounts(5, 2, 1, 2, 7, {"EUR": STATEMENT.figures})

LEDGER = {
    "order": revised(OrderItem, ORDER, put_order, order_from),
    "order_open": revised(
        OrderItem,
        KnownOrder(OrderFacts("1002", refs=("stripe:pi_2",)), revision=1),
        put_order,
        order_from,
    ),
    "order_reopened": revised(
        OrderItem,
        replace(
            ORDER,
            posted=OpenOrder((PostedReward("I", 0, "customer", 500, 0, AT),), 0, True),
            refused=(),
        ),
        put_order,
        order_from,
    ),
    "order_parked": revised(
        OrderItem, replace(ORDER, state="parked", parked="no_exchange_rate"), put_order, order_from
    ),
    "order_merged": revised(
        OrderItem,
        KnownOrder(OrderFacts("1003"), merged_into="1001", revision=2),
        put_order,
        order_from,
    ),
    "ref": record(RefItem, keys.ref("stripe:cs_1"), order="1001"),
    "account": revised(
        AccountItem,
        Account(
            "I",
            "EUR",
            revision=7,
            sequence=9,
            balance=715,
            volume=9500,
            maturing={DATE: 300, DATE + timedelta(days=1): 5},
            matured_to=LATER,
            reviewed=40,
            used={"2026-01-01T00:00:00Z|": 900},
            holds={"h1": HeldAmount(700, LATER)},
            blocked_at=LATER,
            settled=LastStatement(9, 2, "2026-03", 715),
        ),
        put_account,
        lambda item: account_of("I", "EUR", item),
    ),
    "entry": GoldenItem(
        EntryItem,
        (
            Entry(
                "I",
                9,
                AT,
                "reward",
                900,
                "EUR",
                DATE,
                "1001",
                {
                    "code": "referral",
                    "inputs": {"friend": "I", "level": 1, "kept": 9000, "percent": "10"},
                    "steps": [{"step": "reward", "percent": "10", "of": 9000, "amount": 900}],
                    "program_version": 3,
                },
                715,
            ),
            AT,
        ),
        lambda value: put_entry(*value).item,
        lambda item: (entry_of(item), item.earned_at),
    ),
    "purchases": revised(
        PurchasesItem,
        Purchases(
            "I",
            revision=9,
            payments=2,
            earliest=(Placed(AT, "1001"), Placed(LATER, "1002")),
            referral="49XiIq5Msova20Dz",
            given={"EUR": 9500},
            ended="3yXiIq5Msova20Dz",
            traces=BuyerTraces(("tok_1",), ("eLihtj2HTMlWeL7e",)),
        ),
        put_purchases,
        lambda item: purchases_of("I", item),
    ),
    "hold_open": revised(HoldItem, HOLD, put_hold, hold_of),
    "hold_captured": revised(
        HoldItem,
        CapturedHold("h2", "I", "EUR", "1002", 700, LATER, 2, captured=650),
        put_hold,
        hold_of,
    ),
    "hold_voided": revised(
        HoldItem, VoidedHold("h3", "I", "EUR", "1002", 700, LATER, 2), put_hold, hold_of
    ),
    "order_credit": revised(
        OrderCreditItem,
        OrderCredit(
            "1002",
            {"h5": OrderHold(Owner("I", "EUR"), 300, LATER)},
            (Payer(Owner("I", "EUR"), 650, 200, "h2"), Payer(Owner("F", "EUR"), 900)),
            2,
        ),
        put_order_credit,
        lambda item: order_credit_of("1002", item),
    ),
    "adjustment": record(
        AdjustmentItem, keys.adjustment("I#k1"), member="I", currency="EUR", sequence=4
    ),
    "statement": GoldenItem(
        StatementItem, STATEMENT, lambda value: put_statement(value).item, statement_from
    ),
    "settlement_run": revised(RunItem, RUN, put_run, _run_of),
    "settlement_run_closed": revised(
        RunItem,
        ClosedRun(
            "2026-03",
            "Europe/Berlin",
            4,
            20_000,
            datetime(2026, 4, 1, 4, tzinfo=UTC),
            2,
            closed_at=datetime(2026, 4, 1, 5, tzinfo=UTC),
        ),
        put_run,
        _run_of,
    ),
    "settlement_shard": revised(
        ShardItem,
        SettlementShard("2026-03", 2, COUNTS, ("ACCOUNT#I", "EUR"), False, 3),
        put_shard,
        lambda item: _shard_of("2026-03", item),
    ),
    "settlement_failure": GoldenItem(
        FailureItem,
        Failure(Owner("I", "EUR"), "does_not_reconcile", 0),
        lambda value: put_failure("2026-03", value).item,
        failure_of,
    ),
    "settlement_failure_solved": GoldenItem(
        FailureItem,
        SolvedFailure(Owner("F", "EUR"), "does_not_reconcile", 0, COUNTS),
        lambda value: put_solved_failure("2026-03", value).item,
        failure_of,
    ),
}
