"""Two members who are one person: what moves, once, and what counts for both."""

from tests.mutants.mutant import Mutant

MERGE = "tests/members/test_member_merge.py"
MUTANTS = (
    Mutant(
        "merges: what arrives has left the closed account",
        "shared/members/merged_credit.py",
        "[put_account(after), put_account(other), *(put_entry(entry, None) for entry in entries)]",
        "[put_account(other), *(put_entry(entry, None) for entry in entries)]",
        f"{MERGE}::test_credit_moves_by_two_entries_that_name_both",
    ),
    Mutant(
        "merges: more than fits into one transaction moves too",
        "shared/members/merged_credit.py",
        "return len(transfers) == MOST_TRANSFERS",
        "return False",
        f"{MERGE}::test_more_lots_than_fit_into_one_transaction",
    ),
    Mutant(
        "merges: held credit stays until its hold has ended",
        "shared/domain/ledger/transfers.py",
        "amounts[now] = account.available(now)",
        "amounts[now] = account.balance - account.pending(now)",
        f"{MERGE}::test_held_credit_moves_when_the_hold_has_ended",
    ),
    Mutant(
        "merges: a debt moves",
        "shared/domain/ledger/transfers.py",
        "if amount < 0:\n            found.append(Transfer(amount, date))",
        "if amount < 0:\n            pass",
        f"{MERGE}::test_a_refund_of_an_old_order_is_taken_from_her_also_below_zero",
    ),
    Mutant(
        "merges: pending credit keeps its date",
        "shared/domain/ledger/transfers.py",
        "for date, amount in account.maturing.items() if date > now}",
        "for date, amount in account.maturing.items() if date < now}",
        f"{MERGE}::test_pending_credit_keeps_its_date",
    ),
    Mutant(
        "merges: lots keep the day on which they expire",
        "shared/domain/ledger/transfers.py",
        "yield Transfer(part, lot.available_on, lot.expires_at, lot.source)",
        "yield Transfer(part, lot.available_on, None, lot.source)",
        f"{MERGE}::test_lots_keep_the_days_on_which_they_expire",
    ),
    Mutant(
        "merges: a lot keeps the reward that it came from",
        "shared/domain/ledger/transfers.py",
        "yield Transfer(part, lot.available_on, lot.expires_at, lot.source)",
        "yield Transfer(part, lot.available_on, lot.expires_at)",
        f"{MERGE}::test_what_expired_after_it_moved_is_not_taken_back_once_more",
    ),
    Mutant(
        "merges: what expired after the move is not taken back",
        "shared/store/ledger/reward_lots.py",
        "lots.add_lapses(lots_of(all_entries(other, owner.currency)) for other in others)",
        "pass",
        f"{MERGE}::test_what_expired_after_it_moved_is_not_taken_back_once_more",
    ),
    Mutant(
        "merges: volume moves, and moves once",
        "shared/domain/ledger/transfers.py",
        "replace(closed, volume=0), replace(kept, volume=kept.volume + closed.volume)",
        "closed, replace(kept, volume=kept.volume + closed.volume)",
        f"{MERGE}::test_the_friends_are_hers_and_are_no_new_referrals",
    ),
    Mutant(
        "merges: nobody is merged who is above the other",
        "shared/domain/members/one_person.py",
        "if closed.id in above_kept or kept.id in above_closed:",
        "if closed.id in above_kept:",
        f"{MERGE}::test_who_cannot_be_merged",
    ),
    Mutant(
        "merges: nobody is merged out of a block",
        "shared/domain/members/one_person.py",
        "if any((kept.blocked, closed.blocked, kept.finishing, closed.finishing)):",
        "if kept.blocked or kept.finishing:",
        f"{MERGE}::test_who_cannot_be_merged",
    ),
    Mutant(
        "merges: a referral goes on for the one who has none",
        "shared/domain/members/one_person.py",
        "referral=closed.referral if continues else kept.referral,",
        "referral=kept.referral,",
        f"{MERGE}::test_a_recommendation_goes_on_and_ends_for_both",
    ),
    Mutant(
        "merges: both pasts are of one customer",
        "shared/orders/closed_members.py",
        "ids = (member.id, *member.absorbed)",
        "ids = (member.id,)",
        f"{MERGE}::test_new_customers_only_knows_both_pasts",
    ),
    Mutant(
        "merges: the limit per advocate is of the person",
        "shared/orders/closed_members.py",
        "return {one.id: sum(map(used_by, one.absorbed)) for one in chain if one.absorbed}",
        "return {}",
        f"{MERGE}::test_the_limit_per_advocate_is_one",
    ),
    Mutant(
        "merges: a friend's referral names the one who goes on",
        "shared/members/merged_friends.py",
        "if edge is not None and edge.advocate == closed:",
        "if False:",
        f"{MERGE}::test_ending_a_friends_referral_takes_out_the_whole_volume",
    ),
    Mutant(
        "merges: the chain is found before the friends have moved",
        "shared/orders/attribution.py",
        "return find_member(reading, member.merged_into) if member and member.merged_into else member",
        "return member",
        f"{MERGE}::test_an_order_between_the_merge_and_the_move_of_friends_is_hers",
    ),
    Mutant(
        "merges: the end of a referral is of both",
        "shared/members/referrals.py",
        "bound = [friend, *_list_continuing(reading, friend, edge)]",
        "bound = [friend]",
        f"{MERGE}::test_a_recommendation_goes_on_and_ends_for_both",
    ),
    Mutant(
        "merges: an account that is written later is emptied",
        "shared/outgoing/events.py",
        "if after.merged_into and (after.volume or amounts_to_move(after, record.at)):",
        "if False:",
        "tests/stories/test_one_person_twice.py::"
        "test_a_refund_of_an_order_from_before_is_taken_from_the_one_who_goes_on",
    ),
    Mutant(
        "merges: holds that ended by themselves move by night",
        "functions/expire_credit.py",
        "    _finish_merges(at)\n",
        "    pass\n",
        "tests/stories/test_one_person_twice.py::"
        "test_credit_in_a_checkout_moves_when_its_hold_has_ended",
    ),
    Mutant(
        "merges: an order under way meets the merge",
        "shared/members/member_merge.py",
        "            *_mark_accounts(reading, kept, closed),\n",
        "",
        f"{MERGE}::test_an_order_under_way_meets_the_merge",
    ),
)
