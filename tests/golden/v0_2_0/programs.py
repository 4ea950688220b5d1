"""Golden items of the programs table."""

from shared.domain.ledger.daily_totals import DailyTotals
from shared.domain.ledger.entry import CREDIT, REWARD_COSTS
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.trial_balance import ShopAccount, TrialBalance
from shared.domain.outgoing.mail import MailKey, MailPreferences, MailRecord
from shared.domain.outgoing.webhook import WebhookDelivery, WebhookEndpoint, WebhookSecret
from shared.store import keys
from shared.store.keys import Key
from shared.store.programs.api_keys import ApiKeyItem, KeyUseItem, ListedKeyItem
from shared.store.programs.audit_log import AuditLogItem
from shared.store.programs.closings import ClosingItem
from shared.store.programs.console_sessions import (
    ConsoleSessionItem,
    SignInCountItem,
    SignInItem,
    UsedAnswerItem,
)
from shared.store.programs.day_totals import DayItem, _totals_of
from shared.store.programs.drafts import DraftItem
from shared.store.programs.idempotency import IdempotencyItem
from shared.store.programs.journal import JournalDayItem, JournalItem
from shared.store.programs.mails import (
    MailCountItem,
    MailItem,
    MailPreferencesItem,
    MailSuppressionItem,
    mail_preferences_of,
    mail_record_of,
    put_mail_preferences,
    put_mail_record,
)
from shared.store.programs.parked import ParkedItem, ParkedPlaceItem
from shared.store.programs.programs import ListedProgramItem, ProgramItem
from shared.store.programs.reviews import ReviewItem
from shared.store.programs.staff import StaffEmailItem, StaffItem
from shared.store.programs.webhooks import (
    DeliveryItem,
    WebhookItem,
    _delivery_of,
    _webhook_of,
    put_delivery,
    put_webhook,
)
from tests.golden.golden_item import GoldenItem, record, revised
from tests.golden.v0_2_0.moments import AT, DATE, ENDS_AT, HASH, LATER, SECOND

PROGRAMS = {
    "program": record(
        ProgramItem,
        keys.active_program("default"),
        version=3,
        document='{"id":"default","currency":"EUR"}',
        published_at="2026-03-01T10:00:00Z",
        published_by="staff:s1",
    ),
    "program_version": record(
        ProgramItem,
        keys.program_version("default", 1),
        version=1,
        document='{"id":"default","currency":"EUR"}',
    ),
    "listed_program": record(ListedProgramItem, keys.listed_program("default")),
    "draft": record(
        DraftItem,
        keys.program_draft("default"),
        document="{",
        seen=3,
        saved_at="2026-03-01T10:00:00Z",
        saved_by="staff:s1",
        revision=2,
    ),
    "closing": record(
        ClosingItem,
        keys.closing("2026-03-01"),
        balance=TrialBalance(
            {ShopAccount("EUR", CREDIT): -700, ShopAccount("EUR", REWARD_COSTS): 700},
            {Owner("I", "EUR"): -700},
        ),
    ),
    "review": record(
        ReviewItem,
        keys.review("001773136800000#1001"),
        order="1001",
        deadline="2026-03-10T10:00:00Z",
    ),
    "audit_line": record(
        AuditLogItem,
        keys.audit_line("001772359200000#k1"),
        at="2026-03-01T10:00:00Z",
        who="staff:s1",
        what="member_blocked",
        subject={"member": "I"},
        before={"blocked": False},
        after={"blocked": True},
        reason="Shared a card",
    ),
    "api_key": record(
        ApiKeyItem,
        keys.api_key(HASH),
        scope="shop",
        made_at="2026-03-01T10:00:00Z",
        expires_at=ENDS_AT,
    ),
    "listed_key": record(
        ListedKeyItem,
        keys.listed_key("gv_shop_abc"),
        hash=HASH,
        scope="shop",
        name="the shop's server",
        made_at="2026-03-01T10:00:00Z",
        expires_at=ENDS_AT,
    ),
    "key_use": record(KeyUseItem, keys.key_use(HASH), used_at="2026-03-01T10:00:00Z"),
    "staff": record(
        StaffItem,
        keys.staff("s1"),
        email="olga@example.com",
        email_hash=HASH,
        role="owner",
        invited_at=AT,
        signed_out_at=LATER,
    ),
    "staff_email": record(StaffEmailItem, keys.staff_email(HASH), staff="s1"),
    "sign_in": record(SignInItem, keys.sign_in(HASH), staff="s1", expires_at=ENDS_AT),
    "used_answer": record(UsedAnswerItem, keys.used_answer(HASH), expires_at=ENDS_AT),
    "sign_in_count": record(
        SignInCountItem, keys.sign_in_count(HASH, 492325), asked=2, expires_at=ENDS_AT
    ),
    "console_session": record(
        ConsoleSessionItem,
        keys.console_session(HASH),
        staff="s1",
        began_at=AT,
        seen_at=LATER,
        expires_at=ENDS_AT,
    ),
    "idempotency": record(
        IdempotencyItem,
        keys.idempotency("shop", "k1"),
        fingerprint=HASH,
        answer='{"status": 201}',
        expires_at=ENDS_AT,
    ),
    "journal_line": record(
        JournalItem,
        Key(keys.journal("2026-03-01"), "001772359200000#I#EUR#000000000009"),
        member="I",
        currency="EUR",
        sequence=9,
        kind="reward",
        amount=900,
        available_on=DATE,
        under_review=True,
        bought=9000,
    ),
    "journal_day": record(JournalDayItem, Key(keys.JOURNALS, "2026-03-01")),
    "daily_totals": GoldenItem(
        DayItem,
        DailyTotals({"reward": 900, "clawback": -50}, 1, 9000, 715, {DATE: 300}, 40),
        lambda value: DayItem(
            keys.days("EUR"),
            "2026-03-01",
            **{name: getattr(value, name) for name in value.__slots__},
        ),
        _totals_of,
    ),
    "mail": revised(
        MailItem,
        MailRecord(MailKey("I", "statement", "2026-03#EUR"), "sent", AT, "ses-1", 3),
        put_mail_record,
        mail_record_of,
    ),
    "mail_preferences": revised(
        MailPreferencesItem,
        MailPreferences("I", frozenset({"reward", "statement"}), 2),
        put_mail_preferences,
        lambda item: mail_preferences_of("I", item),
    ),
    "mail_stop": record(MailSuppressionItem, keys.mail_suppression(HASH), reason="bounced", at=AT),
    "mail_count": record(MailCountItem, keys.mail_count("2026-03", "sent", 7), mails=12),
    "parked_place": record(
        ParkedPlaceItem, keys.parked("order-1001"), place="001772359200000#order-1001"
    ),
    "parked": record(
        ParkedItem,
        keys.parked_row("001772359200000#order-1001"),
        id="order-1001",
        at="2026-03-01T10:00:00Z",
        provider="stripe",
        topic="charge.succeeded",
        reason="no_exchange_rate",
        text="Tell the exchange rate.",
        order="1001",
        detail={"id": "1001"},
        retried_at="2026-03-09T10:00:00Z",
        settled=True,
    ),
    "webhook": revised(
        WebhookItem,
        WebhookEndpoint(
            "w1",
            "https://shop.example/hooks",
            ("reward.posted",),
            (WebhookSecret("whsec_new"), WebhookSecret("whsec_old", LATER)),
            AT,
            "it failed for five days",
            LATER,
            4,
        ),
        put_webhook,
        _webhook_of,
    ),
    "delivery": revised(
        DeliveryItem,
        WebhookDelivery(
            "w1",
            "001772359200000-evt_1",
            "evt_1",
            "reward.posted",
            AT,
            {"amount": 900},
            "waiting",
            2,
            1,
            LATER,
            500,
            "server_error",
            LATER + SECOND,
            3,
        ),
        put_delivery,
        _delivery_of,
    ),
}
