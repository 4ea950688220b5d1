"""What the golden events and messages of release 0.2.0 say, by the names of their files."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.domain.ledger.entry import Entry
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.owner import Owner
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.orders.sources import Source
from shared.domain.programs.program_document import parse_program
from shared.jobs.job import (
    EXPIRY,
    RECONCILIATION,
    SETTLEMENT,
    BeginReconciliation,
    BeginSettlement,
    ExpireAccount,
    ExpirePage,
    Job,
    JobQueue,
    PlanSettlement,
    ReconcilePage,
    SettleAccount,
    SettlePage,
    SurveyLedger,
)
from shared.mail.requests import MailRequest
from shared.orders.update import OrderUpdate
from shared.outgoing.event_context import EventContext
from shared.presets import load_preset
from shared.store import keys
from shared.store.attributions.referrals import ReferralItem
from shared.store.keys import Key
from shared.store.stream_records import (
    ACCOUNT,
    ENTRY,
    MEMBER,
    ORDER,
    REFERRAL,
    STATEMENT,
    StreamRecord,
)
from tests.golden.v0_2_0.items import ITEMS
from tests.golden.v0_2_0.moments import AT, DATE, HASH, LATER, SECOND

CONTEXT = EventContext(parse_program(load_preset("volume_groups"), 3), {}, {})


def written(kind: str, key: Key, after: Any, before: Any = None) -> StreamRecord[Any]:
    name = key.pk.partition("#")[2]
    return StreamRecord(kind, name, f"{key.pk}|{key.sk}", LATER, before, after)


def entry(kind: str, amount: int, sequence: int, **reason: Any) -> StreamRecord[Any]:
    held = reason | {"inputs": {"hold": "h1", "order": "1002", "amount": 700}}
    after = Entry("I", sequence, AT, kind, amount, "EUR", None, "1002", held, 715)
    return written(ENTRY, keys.entry("I", "EUR", sequence), after)


REWARD: Entry = ITEMS["entry"].value[0]
PERSON: Member = replace(ITEMS["member"].value, alias=None)
BEFORE = replace(PERSON, registered=False, blocked=False, blocked_at=None, group=None)
EDGE = ReferralItem(*keys.referral("49XiIq5Msova20Dz"), **ITEMS["referral"].value)
OPEN_EDGE = ReferralItem(
    *keys.referral("49XiIq5Msova20Dz"),
    **ITEMS["referral"].value | {"ended_at": None, "take_back": None},
)

EVENTS: dict[str, StreamRecord[Any]] = {
    "RewardPosted": written(ENTRY, keys.entry("I", "EUR", 9), REWARD),
    "RewardRefused": written(
        ORDER, keys.order("1001"), replace(ITEMS["order"].value, refused=(("self_referral", 1),))
    ),
    "GroupChanged": written(
        ACCOUNT,
        keys.account("I", "EUR"),
        Account("I", "EUR", revision=7, volume=100_000),
        Account("I", "EUR", revision=6, volume=99_999),
    ),
    "ReferralMade": written(REFERRAL, EDGE.key, OPEN_EDGE),
    "ReferralEnded": written(REFERRAL, EDGE.key, EDGE, OPEN_EDGE),
    "CreditHeld": entry("hold", 0, 10, code="hold"),
    "CreditCaptured": entry("capture", -700, 11, code="capture"),
    "CreditReturned": entry("return", 700, 12, code="return"),
    "StatementIssued": written(
        STATEMENT, keys.statement("I", "EUR", "2026-03"), ITEMS["statement"].value
    ),
    "MemberBlocked": written(
        MEMBER, keys.member("I"), PERSON, replace(BEFORE, registered=True, group=PERSON.group)
    ),
    "MemberJoined": written(MEMBER, keys.member("I"), replace(BEFORE, registered=True), BEFORE),
}
"""By the kind of event: the write that means it."""

ORDER_CHANGED = {
    "schema_version": 1,
    "provider": "stripe",
    "as_of": "2026-03-01T10:00:00Z",
    "id": "1001",
    "status": "completed",
    "currency": "CHF",
    "items_total": 10_000,
    "discount_total": 500,
    "tax_total": 1900,
    "shipping_total": 490,
    "totals_rank": 0,
    "credit_used": 250,
    "fx_rate": "1.05",
    "customer": {"id": "I", "email_hash": HASH},
    "ref_token": "tok_1",
    "code": "ANNA-7K2Q",
    "placed_at": "2026-03-01T10:00:00Z",
    "paid_at": "2026-03-01T10:00:01Z",
    "completed_at": "2026-03-09T10:00:00Z",
    "refunds": [
        {"id": "re_1", "amount": 2500, "at": "2026-03-09T10:00:00Z", "status": "succeeded"},
        {"id": "re_2", "amount": 1, "items_amount": 0, "status": "failed"},
    ],
    "refunded_total": 2500,
    "disputed": False,
    "test": True,
    "hint": True,
    "refs": ["stripe:cs_1", "stripe:pi_1"],
    "payment_fingerprint": "eLihtj2HTMlWeL7e",
}
SHOP = int(Source.SHOP)
NEXT_PAGES = {
    "BlockUnfinished": {"schema_version": 1, "member": "I"},
    "ClawbackUnfinished": {"schema_version": 1, "referral": "49XiIq5Msova20Dz"},
    "OrderUnfinished": {"schema_version": 1, "order": "1001"},
}
"""What the function of orders asks its own queue for."""
ORDER_UPDATE = OrderUpdate(
    OrderFacts(
        "1001",
        told_customer=Versioned(AT, "I", SHOP),
        told_email_hash=Versioned(AT, HASH, SHOP),
        ref_token="tok_1",
        codes=("ANNA-7K2Q",),
        placed_at=AT,
        paid_at=AT + SECOND,
        completed_at=LATER,
        status=Versioned(AT, "completed"),
        disputed=Versioned(AT, False),
        totals=Versioned(AT, OrderTotals("CHF", 10_000, 500, 1900, 490), 0),
        credit_used=Versioned(AT, 250, SHOP),
        fx_rate=Versioned(AT, "1.05", SHOP),
        refunds={
            "re_1": Versioned(AT, Refund(2500, None, LATER, "succeeded")),
            "re_2": Versioned(AT, Refund(1, 0, AT, "failed")),
        },
        refunded_total=2500,
        test=True,
        hint=True,
        refs=("stripe:cs_1", "stripe:pi_1"),
        payment="eLihtj2HTMlWeL7e",
        payment_told=AT,
    ),
    LATER,
    True,
)

JOBS: dict[str, tuple[JobQueue[Any], Job]] = {
    "begin_settlement": (SETTLEMENT, BeginSettlement(time=AT)),
    "plan_settlement": (SETTLEMENT, PlanSettlement(time=AT, until="2026-02")),
    "survey_ledger": (
        SETTLEMENT,
        SurveyLedger(
            time=AT,
            until="2026-02",
            after=("ACCOUNT#I", "EUR"),
            oldest=AT - timedelta(days=90),
            members=7,
        ),
    ),
    "settle_page": (SETTLEMENT, SettlePage(time=AT, until="2026-02", month="2026-02", shard=3)),
    "settle_account": (
        SETTLEMENT,
        SettleAccount(time=AT, until="2026-02", month="2026-02", owner=Owner("I", "EUR")),
    ),
    "expire_page": (EXPIRY, ExpirePage(time=AT, after=("ACCOUNT#I", "EUR"))),
    "expire_account": (EXPIRY, ExpireAccount(time=AT, owner=Owner("I", "EUR"))),
    "begin_reconciliation": (RECONCILIATION, BeginReconciliation(time=AT)),
    "reconcile_page": (RECONCILIATION, ReconcilePage(time=AT, after=("ACCOUNT#I", "EUR"), part=2)),
}
MAIL_REQUEST = MailRequest("I", "group", "evt_1", DATE, "gold", 2)
ATTEMPT = {"webhook": "w1", "delivery": "001772359200000-evt_1", "attempt": 2, "wait_seconds": 300}
