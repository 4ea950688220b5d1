"""Two members who are one person: one goes on, the other is closed, and nothing is lost."""

from datetime import timedelta

import pytest

from shared.domain.ledger.owner import Owner
from shared.domain.members.one_person import MOST_ABSORBED
from shared.domain.staff_action import StaffAction
from shared.jobs import expiry
from shared.jobs.verification import verify_whole
from shared.members import blocking, erasure, member_merge, merged_credit, referrals
from shared.members.directory import list_members
from shared.members.member_merge import finish_merge, merge_members, preview_merge
from shared.members.member_search import MemberSearch
from shared.members.profile import credit_at, load_profile, load_stored_profile
from shared.members.referrals import NOTHING
from shared.orders import reviews
from shared.orders.commit import commit_decision
from shared.orders.context import load_context
from shared.orders.evaluate import decide_order
from shared.orders.quotes import load_quote, parse_cart
from shared.orders.update import parse_update
from shared.problem import Conflict, NotFound
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.attributions.members import PointerItem
from shared.store.attributions.referrals import list_friend_items
from shared.store.engine import WriteConflict, find
from shared.store.ledger.accounts import all_entries
from shared.store.ledger.merges import list_merged
from shared.store.programs.audit_log import list_audit_lines
from shared.store.reconciliation import verify
from shared.wallet.adjustments import Adjustment, adjust
from shared.wallet.holds import Checkout, capture_hold, hold_credit, void_hold
from tests.support.shop import PLAIN, Shop, hash_email

HELD = PLAIN | {"hold_days": 14}


@pytest.fixture
def shop(tables):
    """Anna registered twice: as Anna, and as Twin, who brought Ines. Rewards can be spent at once."""
    shop = Shop()
    shop.anna = shop.member("Anna", email="anna@example.com")
    shop.twin = shop.member("Twin", email="twin@example.com")
    shop.member("Ines", referrer_login="twin")
    yield shop
    for closed in list_merged():
        finish_merge(closed, shop.at)
    assert verify()["differences"] == []
    *_, whole = verify_whole(shop.at, "ak_012345")
    assert whole.differences == []


def merge(shop, kept="Anna", closed="Twin"):
    return merge_members(kept, closed, action_of(shop))


def action_of(shop, what="member_merged"):
    return StaffAction("ak_012345", what, shop.at, "She called: both are hers")


def order(shop, name, items=10_000, buyer="Ines", **facts):
    """An order, and what the queue does after it."""
    shop.order(name, items, customer={"id": buyer}, completed_at=shop.now(), **facts)
    finish(shop)


def finish(shop):
    for closed in list_merged():
        finish_merge(closed, shop.at)


def stored(name):
    return load_stored_profile(name)


def moves(name):
    return [
        (entry.amount, entry.reason["code"], entry.reason["inputs"].get("other"))
        for entry in all_entries(name, "EUR")
        if entry.reason["code"].startswith("merged")
    ]


def test_credit_moves_by_two_entries_that_name_both(shop):
    order(shop, "1")
    assert merge(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (1_000, 0)
    assert moves("Twin") == [(-1_000, "merged_into", "Anna")]
    assert moves("Anna") == [(1_000, "merged_from", "Twin")]
    assert merge(shop)
    assert len(moves("Anna")) == 1


def test_a_closed_members_names_lead_to_the_one_who_goes_on(shop):
    merge(shop)
    assert stored("Twin").member.status == "merged"
    assert stored("Twin").member.login == "twin"
    assert load_profile("Twin").member.id == "Anna"
    names = [
        find(PointerItem, keys.login("twin")),
        find(PointerItem, keys.email(hash_email("twin@example.com"))),
        find(CodeItem, keys.code(shop.twin.code)),
    ]
    assert [item.member for item in names] == ["Anna"] * 3


def test_orders_of_either_are_of_one_person(shop):
    merge(shop)
    shop.member("Bert")
    order(shop, "1", buyer="Carl", code=shop.twin.code)
    assert shop.rewards("1") == {"Anna": 1_000}
    order(shop, "2", buyer="Twin", code=shop.anna.code)
    assert shop.refusals("2") == ["self_referral"]


def test_the_friends_are_hers_and_are_no_new_referrals(shop):
    order(shop, "1")
    merge(shop)
    order(shop, "2")
    assert (shop.rewards("1"), shop.rewards("2")) == ({"Twin": 1_000}, {"Anna": 1_000})
    assert shop.balance("Anna") == 2_000
    assert [name for name, _ in list_friend_items("Anna", 10)[0]] == ["Ines"]
    assert list_friend_items("Twin", 10) == ([], None)
    assert shop.volume("Anna") == 20_000


def test_an_order_between_the_merge_and_the_move_of_friends_is_hers(shop, monkeypatch):
    monkeypatch.setattr(member_merge, "move_friends", lambda *_: False)
    assert not merge(shop)
    order(shop, "1")
    assert shop.rewards("1") == {"Anna": 1_000}


def test_many_friends_move_in_pages(shop):
    for number in range(5):
        shop.member(f"Friend{number}", referrer_login="twin")
    monkey = member_merge.finish_merge
    merge_members("Anna", "Twin", action_of(shop))
    assert monkey("Twin", shop.at, 2)
    assert len(list_friend_items("Anna", 10)[0]) == 6


def test_a_refund_of_an_old_order_is_taken_from_her_also_below_zero(shop):
    order(shop, "1")
    merge(shop)
    hold = hold_credit(Checkout("Anna", "own", 900, "k"), shop.at)
    capture_hold(hold.id, None, shop.at)
    order(shop, "1", refunds=[{"id": "re_1", "amount": 10_000}])
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (-900, 0)
    assert shop.volume("Anna") == 0


def test_pending_credit_keeps_its_date(shop):
    shop.publish(**HELD)
    order(shop, "1")
    merge(shop)
    day = (shop.at + timedelta(days=15)).replace(hour=0, minute=0)
    assert credit_at(load_profile("Anna").account, shop.at) == (0, {day: 1_000})
    order(shop, "1", refunds=[{"id": "re_1", "amount": 2_500}])
    assert credit_at(load_profile("Anna").account, shop.at) == (0, {day: 750})
    shop.later(days=20)
    assert credit_at(load_profile("Anna").account, shop.at) == (750, {})


def test_lots_keep_the_days_on_which_they_expire(shop):
    shop.publish(**PLAIN, wallet={"expires_after_days": 30})
    order(shop, "1")
    shop.later(days=5)
    order(shop, "2", 5_000)
    ends = [entry.expires_at for entry in all_entries("Twin", "EUR")]
    merge(shop)
    moved = [entry.expires_at for entry in all_entries("Anna", "EUR")]
    assert moved == ends and len(set(ends)) == 2


def test_more_lots_than_fit_into_one_transaction(shop, monkeypatch):
    monkeypatch.setattr(merged_credit, "MOST_TRANSFERS", 1)
    shop.publish(**PLAIN, wallet={"expires_after_days": 30})
    order(shop, "1")
    shop.later(days=5)
    order(shop, "2", 5_000)
    merge(shop)
    assert [entry.amount for entry in all_entries("Anna", "EUR")] == [1_000, 500]


def test_an_order_under_way_meets_the_merge(shop):
    """It would post to an account of which nobody knows that it has to be emptied."""
    facts = {"customer": {"id": "Ines"}, "status": "completed", "currency": "EUR"}
    update = parse_update(
        facts | {"items_total": 10_000}, shop.at, hash_email, order_id="1", whole=True
    )
    before = load_context(update)
    merge(shop)
    with pytest.raises(WriteConflict):
        commit_decision(before, decide_order(before))
    order(shop, "1")
    assert (shop.rewards("1"), shop.balance("Anna")) == ({"Anna": 1_000}, 1_000)


def test_what_expired_after_it_moved_is_not_taken_back_once_more(shop):
    shop.publish(**PLAIN, wallet={"expires_after_days": 30})
    order(shop, "1")
    merge(shop)
    shop.later(days=40)
    expiry.expire_account(Owner("Anna", "EUR"), expiry.load_program(), shop.at)
    assert shop.balance("Anna") == 0
    order(shop, "1", refunds=[{"id": "re_1", "amount": 10_000}])
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (0, 0)


def test_held_credit_moves_when_the_hold_has_ended(shop):
    order(shop, "1")
    hold = hold_credit(Checkout("Twin", "own", 400, "k"), shop.at)
    merge(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (600, 400)
    void_hold(hold.id, shop.at)
    finish(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (1_000, 0)


def test_a_hold_that_ends_by_itself_moves_by_night(shop):
    order(shop, "1")
    hold_credit(Checkout("Twin", "own", 400, "k"), shop.at)
    merge(shop)
    shop.later(days=8)
    finish(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (1_000, 0)


def test_a_hold_that_is_captured_after_the_merge_is_spent_once(shop):
    order(shop, "1")
    hold = hold_credit(Checkout("Twin", "own", 400, "k"), shop.at)
    merge(shop)
    capture_hold(hold.id, None, shop.at)
    finish(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (600, 0)


def test_credit_under_review_moves_when_staff_has_decided(shop):
    shop.publish(**PLAIN, review={"hold": ["same_payment"]})
    order(shop, "own", buyer="Twin", payment_fingerprint="card_1")
    order(shop, "1", payment_fingerprint="card_1")
    assert stored("Twin").account.reviewed == 1_000
    merge(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (0, 1_000)
    reviews.decide_review("1", reviews.APPROVED, action_of(shop, "review"))
    finish(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (1_000, 0)


def test_what_is_given_by_hand_to_the_closed_one_is_hers(shop):
    merge(shop)
    adjust(Adjustment("Twin", 500), action_of(shop, "adjustment"))
    assert shop.balance("Anna") == 500


def test_new_customers_only_knows_both_pasts(shop):
    shop.member("Bert")
    order(shop, "1", buyer="Twin")
    merge(shop)
    shop.later(days=1)
    order(shop, "2", buyer="Anna", code=load_profile("Bert").member.code)
    assert shop.refusals("2") == ["existing_customer"]


def test_counted_payments_are_of_both(shop):
    shop.publish(**PLAIN, rules={"total_payments": 1}, friend={"new_customers_only": False})
    shop.member("Bert")
    order(shop, "1", buyer="Anna", code=load_profile("Bert").member.code)
    shop.member("Other")
    merge(shop, "Other", "Anna")
    order(shop, "2", buyer="Other")
    assert shop.refusals("2") == ["after_total_payments"]


def test_the_limit_per_advocate_is_one(shop):
    shop.publish(**PLAIN, rules={"max_per_advocate": {"amount": 1_500}})
    order(shop, "1")
    merge(shop)
    order(shop, "2")
    assert shop.rewards("2") == {"Anna": 500}


def test_a_recommendation_goes_on_and_ends_for_both(shop):
    shop.member("Yara")
    shop.member("Guest", referrer_login="yara")
    order(shop, "1", buyer="Guest")
    merge(shop, "Anna", "Guest")
    order(shop, "2", buyer="Anna")
    assert shop.rewards("2") == {"Yara": 1_000}
    assert shop.volume("Yara") == 20_000
    edge = load_profile("Anna").member.referral
    referrals.end_referral(edge.id, NOTHING, action_of(shop, "referral_ended"))
    assert load_profile("Anna").member.referral is None
    assert shop.volume("Yara") == 0
    order(shop, "3", buyer="Anna")
    assert shop.refusals("3") == ["no_referral"]


def test_ending_a_friends_referral_takes_out_the_whole_volume(shop):
    order(shop, "1")
    merge(shop)
    order(shop, "2")
    edge = load_profile("Ines").member.referral
    referrals.end_referral(edge.id, referrals.UNSPENT, action_of(shop, "referral_ended"))
    assert shop.volume("Anna") == 0


@pytest.mark.parametrize(
    ("kept", "closed", "code"),
    [
        ("Anna", "Anna", "same_member"),
        ("Twin", "Ines", "recommended_each_other"),
        ("Ines", "Twin", "recommended_each_other"),
        ("Twin", "Jan", "recommended_each_other"),
        ("Gone", "Anna", "member_erased"),
        ("Anna", "Gone", "member_erased"),
        ("Shut", "Anna", "merge_blocked"),
        ("Anna", "Shut", "merge_blocked"),
        ("guest:hash-of-till@example.com", "Anna", "guest_goes_on"),
    ],
)
def test_who_cannot_be_merged(shop, kept, closed, code):
    shop.member("Jan", referrer_login="ines")
    for name in ("Gone", "Shut"):
        shop.member(name)
    erasure.erase_member("Gone", action_of(shop, "erasure"))
    blocking.block_member("Shut", action_of(shop, "block"))
    shop.order("till", customer={"email": "till@example.com"}, completed_at=shop.now())
    with pytest.raises(Conflict) as refused:
        merge(shop, kept, closed)
    assert refused.value.code == code
    assert preview_merge(kept, closed).objection == code
    assert list_merged() == {}


def test_a_closed_member_is_not_merged_again(shop):
    merge(shop)
    shop.member("Other")
    for kept, closed in (("Other", "Twin"), ("Twin", "Other")):
        with pytest.raises(Conflict, match="already_merged"):
            merge(shop, kept, closed)
    with pytest.raises(NotFound):
        merge(shop, "Anna", "Nobody")


def test_three_accounts_of_one_person(shop):
    order(shop, "1")
    merge(shop)
    third = shop.member("Third")
    order(shop, "2", buyer="Carl", code=third.code)
    merge(shop, "Third", "Anna")
    assert list_merged() == {"Anna": "Third", "Twin": "Third"}
    assert load_profile("Twin").member.id == "Third"
    order(shop, "3", buyer="Dora", code=shop.twin.code)
    order(shop, "1", refunds=[{"id": "re_1", "amount": 5_000}])
    assert shop.balance("Third") == 2_500
    assert find(PointerItem, keys.login("twin")).member == "Third"


def test_so_many_and_no_more(shop):
    for number in range(MOST_ABSORBED):
        shop.member(f"M{number}")
        merge(shop, "Anna", f"M{number}")
    with pytest.raises(Conflict, match="too_many_merged"):
        merge(shop)


def test_a_guest_of_the_till_is_a_registered_member(shop):
    shop.order("till", customer={"email": "till@example.com"}, completed_at=shop.now())
    merge(shop, "Anna", "guest:hash-of-till@example.com")
    shop.order("2", customer={"email": "till@example.com"}, completed_at=shop.now())
    assert [
        one.member.id for one in list_members(MemberSearch(status="merged"), hash_email, 9).members
    ] == ["guest:hash-of-till@example.com"]
    shop.member("New", email="till@example.com")
    assert load_stored_profile("New").member.id == "New"


def test_the_shops_server_goes_on_telling_of_the_closed_one(shop):
    merge(shop)
    assert shop.member("Twin", name="Other Name") == load_profile("Anna").member
    assert load_profile("Anna").member.alias is None
    with pytest.raises(Conflict, match="login_taken"):
        shop.member("New", login="twin")


def test_the_closed_one_is_found_but_not_listed(shop):
    merge(shop)

    def found(**search):
        return [
            one.member.id for one in list_members(MemberSearch(**search), hash_email, 9).members
        ]

    assert "Twin" not in found() and "Twin" not in found(sort="balance")
    assert found(status="merged") == ["Twin"]
    assert sorted(found(query="twin")) == ["Anna", "Twin"]


def test_a_block_is_of_the_person(shop):
    shop.publish(**HELD)
    order(shop, "1")
    merge(shop)
    assert blocking.block_member("Anna", action_of(shop, "block"))
    finish(shop)
    assert (shop.balance("Anna"), stored("Twin").account.balance) == (0, 0)
    assert find(CodeItem, keys.code(shop.twin.code)).blocked
    assert blocking.unblock_member("Twin", action_of(shop, "unblock"))
    assert not find(CodeItem, keys.code(shop.twin.code)).blocked
    assert not load_profile("Anna").member.blocked


def test_an_erasure_is_of_the_person(shop):
    merge(shop)
    erasure.erase_member("Twin", action_of(shop, "erasure"))
    assert [stored(name).member.login for name in ("Anna", "Twin")] == [None, None]
    assert find(PointerItem, keys.login("twin")) is None
    assert find(CodeItem, keys.code(shop.twin.code)) is None


def test_an_older_order_moves_to_no_other_buyer(shop):
    shop.order("1", customer={"email": "twin@example.com"}, completed_at=shop.now())
    merge(shop)
    shop.order("1", customer={"id": "Twin", "email": "twin@example.com"}, completed_at=shop.now())
    finish(shop)


def test_a_quote_knows_both_pasts(shop):
    shop.publish(**PLAIN, friend={"discount": {"percent": "10"}})
    bert = shop.member("Bert")
    order(shop, "1", buyer="Twin")
    merge(shop)
    cart = parse_cart(
        {"code": bert.code, "customer": {"id": "Anna"}, "currency": "EUR", "items_total": 10_000},
        hash_email,
    )
    assert load_quote(cart, shop.at).quote.code == "existing_customer"


def test_the_audit_log_says_who_and_why(shop):
    merge(shop)
    lines, _ = list_audit_lines(10, "")
    line = next(one for one in lines if one["what"] == "member_merged")
    assert (line["who"], line["subject"], line["reason"]) == (
        "ak_012345",
        {"member": "Anna", "closed": "Twin"},
        "She called: both are hers",
    )


def test_a_preview_writes_nothing(shop):
    order(shop, "1")
    preview = preview_merge("Anna", "Twin")
    assert [account.balance for account in preview.accounts] == [1_000]
    assert (preview.friends, preview.more, preview.objection) == (1, False, None)
    assert list_merged() == {}
