"""Codes that pay with credit at connected stores, and who joins by an address."""

from tests.mutants.mutant import Mutant

CODES = "tests/wallet/test_credit_codes.py"
DISCOUNTS = "tests/connectors/test_credit_discounts.py"
FACTS = "tests/webhooks"
JOINING = "tests/stories/test_joining.py"
MUTANTS = (
    Mutant(
        "credit codes: one code at a time",
        "shared/wallet/credit_codes.py",
        "if last and last.is_open(at):",
        "if False:",
        CODES,
    ),
    Mutant(
        "credit codes: a code made meanwhile is not forgotten",
        "shared/store/ledger/credit_codes.py",
        "    return Write(item, unchanged(revision))",
        "    return Write(item)",
        f"{CODES}::test_a_code_that_was_made_meanwhile_is_not_forgotten",
    ),
    Mutant(
        "credit codes: of two orders one captures",
        "shared/wallet/spent_codes.py",
        "if code.state == SPENT:",
        "if False:",
        CODES,
    ),
    Mutant(
        "credit codes: an unpaid order only claims",
        "shared/wallet/spent_codes.py",
        "if order.order.paid_at is None:",
        "if False:",
        f"{CODES}::test_an_unpaid_order_claims_the_code_and_a_cancelled_one_lets_it_go",
    ),
    Mutant(
        "credit codes: what an unpaid order claims is not given back",
        "shared/wallet/credit_codes.py",
        "if order is not None and not is_undone(order.order):",
        "if False:",
        f"{CODES}::test_an_unpaid_order_claims_the_code_and_a_cancelled_one_lets_it_go",
    ),
    Mutant(
        "credit codes: a used one is not given back",
        "shared/wallet/credit_codes.py",
        "    if code.state == SPENT:\n        raise HoldRefused(CODE_FINISHED)\n",
        "",
        f"{CODES}::test_a_refund_in_full_gives_the_credit_back",
    ),
    Mutant(
        "credit codes: no more than the code is worth",
        "shared/domain/ledger/credit_codes.py",
        "        return min(told, code.amount)\n",
        "        return told\n",
        f"{CODES}::test_no_order_takes_more_than_the_code_is_worth",
    ),
    Mutant(
        "credit codes: told late, no more than is there",
        "shared/wallet/spent_codes.py",
        "amount = min(used, account.available(at))",
        "amount = used",
        f"{CODES}::test_what_was_given_back_and_used_all_the_same_takes_what_is_there",
    ),
    Mutant(
        "credit codes: test and undone orders take nothing",
        "shared/wallet/spent_codes.py",
        "if order is None or order.order.test or is_undone(order.order):",
        "if order is None:",
        CODES,
    ),
    Mutant(
        "credit codes: in the program's currency, at platforms that take them",
        "shared/wallet/credit_codes.py",
        "        and takes_credit(store.provider, program)\n"
        "        and store.currency in (None, program.currency)\n",
        "",
        f"{CODES}::test_a_code_is_for_one_store_in_the_programs_currency",
    ),
    Mutant(
        "credit codes: a part of an order only where the platform knows a least total",
        "shared/domain/ledger/credit_codes.py",
        "return platform is not None and (platform.minimum or minimum_of(program, PERCENT) is None)",
        "return platform is not None",
        f"{CODES}::test_a_store_without_a_least_cart_takes_no_credit_for_a_part_of_an_order",
    ),
    Mutant(
        "credit codes: a redeemed one stays at Lemon Squeezy",
        "shared/connectors/credit/lemonsqueezy_credit.py",
        "if discount and not shop.was_redeemed(discount):",
        "if discount:",
        f"{DISCOUNTS}::test_a_code_that_was_redeemed_stays_at_lemon_squeezy",
    ),
    Mutant(
        "credit codes: Lemon Squeezy's redemption says what was paid with credit",
        "shared/webhooks/lemonsqueezy.py",
        'if is_credit_code(row.text("discount_code") or "")',
        "if False",
        f"{FACTS}/test_lemonsqueezy_facts.py::test_what_a_credit_code_took_off_was_paid_with_credit",
    ),
    Mutant(
        "credit codes: what Paddle takes off is told without tax",
        "shared/webhooks/paddle/discounts.py",
        'if total and discount.text("currency_code") == currency:',
        "if False:",
        f"{FACTS}/test_paddle_facts.py::test_a_credit_code_that_was_used_up_paid_its_amount",
    ),
    Mutant(
        "credit codes: an open checkout at Paddle claims none",
        "shared/webhooks/paddle/transactions.py",
        "return JsonObject(None) if is_open and pays_credit else discount",
        "return discount",
        f"{FACTS}/test_paddle_facts.py::test_a_checkout_that_may_be_left_claims_no_credit_code",
    ),
    Mutant(
        "credit codes: an incomplete order at BigCommerce claims none",
        "shared/webhooks/bigcommerce/orders.py",
        "if _status_id(fetched.order) != _INCOMPLETE:",
        "if True:",
        f"{FACTS}/test_bigcommerce_facts.py::test_an_order_that_may_be_left_claims_no_credit_code",
    ),
    Mutant(
        "joining: a ticket ends",
        "shared/members/joining.py",
        "if signed and signed.is_valid(now) else None",
        "if signed else None",
        f"{JOINING}::test_a_link_that_is_old_or_made_up_opens_nothing",
    ),
    Mutant(
        "joining: a mailbox gets a few mails",
        "functions/serve_own_data.py",
        "if is_allowed(JOIN_MAIL, secrets.hash_email(email), request.now):",
        "if True:",
        f"{JOINING}::test_one_mailbox_gets_a_few_mails_a_day",
    ),
    Mutant(
        "joining: the shop's own id comes later",
        "shared/domain/members/member.py",
        "joined = self.registered and self.id.startswith(GUEST)",
        "joined = False",
        f"{JOINING}::test_the_shops_own_id_comes_later",
    ),
)
