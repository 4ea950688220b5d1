"""Golden items of the attributions table."""

from shared.domain.members.member import Member
from shared.domain.rewards.terms import Referral
from shared.store import keys
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.attributions.members import (
    LoginSpellingItem,
    MemberItem,
    PointerItem,
    member_of,
    put_member,
)
from shared.store.attributions.referrals import FriendItem, ReferralItem
from shared.store.attributions.request_counts import RequestCountItem
from shared.store.attributions.sign_ups import SignUpItem
from shared.store.attributions.wrong_codes import WrongCodeCountItem
from tests.golden.golden_item import record, revised
from tests.golden.v0_2_0.moments import AT, ENDS_AT, HASH, LATER, SECOND

ATTRIBUTIONS = {
    "member": revised(
        MemberItem,
        Member(
            id="I",
            alias="shop-17",
            login="ines",
            email="ines@example.com",
            email_hash=HASH,
            name="Ines Maier",
            code="INES-7K2Q",
            registered=True,
            blocked=True,
            blocked_at=LATER,
            forfeiting=True,
            erased=False,
            group="silver",
            signed_up_at=AT,
            language="de",
            chosen_language="en",
            referral=Referral("49XiIq5Msova20Dz", "F", AT, AT - SECOND, True),
            upline=("F", "E"),
            browsers=("tok_1",),
            revision=3,
        ),
        put_member,
        member_of,
    ),
    "member_guest": revised(MemberItem, Member("guest-1", revision=1), put_member, member_of),
    "member_other_id": record(
        MemberItem,
        keys.member("shop-17"),
        same_as="I",
        registered=False,
        blocked=False,
        forfeiting=False,
        unblocking=False,
        erased=False,
        upline=(),
        browsers=(),
        revision=1,
    ),
    "login_spelling": record(LoginSpellingItem, keys.login_spelling("Ines"), member="I"),
    "login": record(PointerItem, keys.login("ines"), member="I"),
    "code": record(CodeItem, keys.code("INES-7K2Q"), member="I", first_name="Ines", blocked=True),
    "visitor": record(
        VisitorItem,
        keys.visitor("tok_1"),
        code="ANNA-7K2Q",
        clicked_at="2026-03-01T10:00:00Z",
        landing="/shoes",
        expires_at=ENDS_AT,
    ),
    "referral": record(
        ReferralItem,
        keys.referral("49XiIq5Msova20Dz"),
        advocate="F",
        friend="I",
        made_at="2026-03-01T10:00:00Z",
        evidence={"kind": "code", "value": "ANNA-7K2Q", "advocate": "F"},
        ended_at="2026-03-09T10:00:00Z",
        take_back={"EUR": 250},
    ),
    "friend": record(
        FriendItem,
        keys.friend("F", "I"),
        referral="49XiIq5Msova20Dz",
        made_at="2026-03-01T10:00:00Z",
        ended_at="2026-03-09T10:00:00Z",
    ),
    "sign_up": record(
        SignUpItem, keys.sign_up("F", "2026-03-01T10:00:00.000000Z#I"), expires_at=ENDS_AT
    ),
    "wrong_codes": record(
        WrongCodeCountItem, keys.wrong_codes(HASH, 29539500), misses=3, expires_at=ENDS_AT
    ),
    "request_count": record(
        RequestCountItem, keys.request_count("mail", "I", 492325), times=2, expires_at=ENDS_AT
    ),
}
