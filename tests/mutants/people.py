"""Who earns and by which terms: versions, blocks, referrals, members."""

from tests.mutants.mutant import Mutant

GUARDS = "tests/store/test_guards.py"
RULES = "tests/domain/evaluation/test_rules.py"
BLOCKING = "tests/members/test_blocking.py"
MUTANTS = (
    Mutant(
        "versions: an order goes by the version of its terms",
        "shared/orders/context.py",
        "program = programs.load_version(context.program, terms.version)",
        "program = context.program",
        "tests/orders/test_new_program.py",
    ),
    Mutant(
        "versions: a reopened order goes by the version that it earned under",
        "shared/orders/context.py",
        "if before.version is not None:",
        "if False:",
        "tests/orders/test_reopened.py",
    ),
    Mutant(
        "circles: an order that binds meets whoever is bound meanwhile",
        "shared/orders/attribution.py",
        "writes += _put_upline_still_open(after, after.referral)",
        "pass",
        f"{GUARDS}::test_two_who_order_with_each_others_codes_close_no_circle",
    ),
    Mutant(
        "versions: one is put once",
        "shared/store/programs/programs.py",
        "return Write(_item(key, program, at, by), ABSENT)",
        "return Write(_item(key, program, at, by))",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "versions: published over the one that was seen",
        "shared/store/programs/programs.py",
        "if latest.version != seen:",
        "if False:",
        f"{GUARDS}::test_of_two_who_publish_the_next_version_one_is_told",
    ),
    Mutant(
        "blocks: an order under way meets the block",
        "shared/orders/commit.py",
        "if context.stale:",
        "if False:",
        f"{GUARDS}::test_a_buyer_blocked_between_two_readings_earns_nothing",
    ),
    Mutant(
        "referrals: an order under way meets the end",
        "shared/orders/context.py",
        "return bool(edge and self.purchases and self.purchases.ended == edge.id)",
        "return False",
        f"{GUARDS}::test_a_referral_that_ends_between_two_readings_is_read_again",
    ),
    Mutant(
        "blocks: a blocked member spends nothing",
        "shared/wallet/holds.py",
        "if (member and member.blocked) or account.blocked_at:",
        "if False:",
        f"{BLOCKING}::test_what_is_available_can_be_spent_again_once_unblocked",
    ),
    Mutant(
        "adjustments: one key, one posting",
        "shared/store/ledger/adjustments.py",
        "return Write(item, ABSENT)",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "referrals: ended once",
        "shared/store/attributions/referrals.py",
        "found = [Write(item, ReferralItem.ended_at.does_not_exist())]",
        "found = [Write(item)]",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "referrals: what is left to take is as read",
        "shared/store/attributions/referrals.py",
        "return Write(item, unchanged)",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "people: a member is as read",
        "shared/store/attributions/members.py",
        "return Write(item, unchanged(after.revision))",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "people: a login is one member's",
        "shared/store/attributions/members.py",
        "return Write(item, ABSENT | (PointerItem.member == member_id))",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "people: who recommends themselves earns nothing",
        "shared/domain/rewards/terms.py",
        "if same_person(buyer, advocate):",
        "if False:",
        RULES,
    ),
    Mutant(
        "programs: nothing is earned outside of their time",
        "shared/domain/rewards/reward.py",
        "        return PROGRAM_NOT_ACTIVE\n    if terms.refusal:",
        "        pass\n    if terms.refusal:",
        "tests/domain/test_active_programs.py",
    ),
    Mutant(
        "programs: no own reward is earned outside of their time",
        "shared/domain/rewards/reward.py",
        "        return PROGRAM_NOT_ACTIVE\n    return NOTHING_KEPT",
        "        pass\n    return NOTHING_KEPT",
        "tests/domain/test_active_programs.py",
    ),
    Mutant(
        "bonus: what is given once is not given twice",
        "shared/domain/rewards/reward.py",
        "if bonus.once and terms.payments:",
        "if False:",
        "tests/domain/test_bonus_once.py",
    ),
    Mutant(
        "logins: of two that are alike nobody is meant",
        "shared/domain/members/login.py",
        "return fitting[0] if len(fitting) == 1 else None",
        "return fitting[0]",
        "tests/domain/members/test_spelling.py",
    ),
    Mutant(
        "quotes: a stranger learns nothing of a customer",
        "functions/quote_cart.py",
        '        return cart_of_member(cart, context["member"])\n    return cart_of_stranger(cart)',
        '        return cart_of_member(cart, context["member"])\n    return cart',
        "tests/functions/test_quote_cart.py",
    ),
)
