"""What a connected store holds: each code once, one offer, and nothing of somebody blocked."""

from tests.mutants.mutant import Mutant

EVERY = "tests/connectors/test_every_connector.py"
MANY = "tests/connectors/test_many_codes.py"
CONNECTING = "tests/connectors/test_connecting.py"
MUTANTS = (
    Mutant(
        "stores: a blocked advocate's code is dropped",
        "shared/connectors/syncing.py",
        "if not item.blocked and not connection.leaving",
        "if not connection.leaving",
        "tests/stories/test_connected_shopify.py::test_the_code_of_a_blocked_advocate_stops_working",
    ),
    Mutant(
        "stores: an offer that changes meanwhile is noticed",
        "shared/connectors/syncing.py",
        "[unchanged_offer(connection), *writes] if writes else []",
        "writes",
        MANY,
    ),
    Mutant(
        "stores: an advocate who is blocked meanwhile is noticed",
        "shared/connectors/syncing.py",
        "writes.append(unchanged_code(code, ours.get(code)))",
        "pass",
        MANY,
    ),
    Mutant(
        "stores: two set-ups that meet do the work once more",
        "shared/connectors/work.py",
        "mark if it.offer_mark == connection.offer_mark else None",
        "mark",
        MANY,
    ),
    Mutant(
        "stores: Shopify's offer is found by its first code",
        "shared/connectors/shopify/__init__.py",
        "there = known.offer if known else None",
        "there = None",
        EVERY,
    ),
    Mutant(
        "stores: BigCommerce's offer is found by its name",
        "shared/connectors/bigcommerce.py",
        'if (row.text("name"), row.text("coupon_type")) == (title, "BULK"):',
        "if False:",
        EVERY,
    ),
    Mutant(
        "stores: Stripe's coupon is made once by its id",
        "shared/connectors/stripe.py",
        'same = hashlib.sha256(f"{terms.mark}|{before}|{instant_text(terms.since)}".encode())',
        "import os; same = hashlib.sha256(os.urandom(9))",
        EVERY,
    ),
    Mutant(
        "stores: a code that is there at BigCommerce is a success",
        "shared/connectors/bigcommerce.py",
        "known = self._id_in(code.offer, code.spelled)",
        "known = None",
        EVERY,
    ),
    Mutant(
        "stores: a code that is there at Lemon Squeezy is a success",
        "shared/connectors/lemonsqueezy.py",
        "if known.offer == code.offer:",
        "if False:",
        "tests/connectors/test_lemonsqueezy_connector.py",
    ),
    Mutant(
        "stores: Paddle's discount of ours is taken over",
        "shared/connectors/paddle.py",
        "        if known:\n            changed",
        "        if False:\n            changed",
        EVERY,
    ),
    Mutant(
        "stores: staff's own discount at Paddle stays",
        "shared/connectors/paddle.py",
        "if known and not known.offer:",
        "if False:",
        EVERY,
    ),
    Mutant(
        "stores: staff's own discount at Lemon Squeezy stays",
        "shared/connectors/lemonsqueezy.py",
        "        if not known.offer:\n            return code",
        "        if False:\n            return code",
        EVERY,
    ),
    Mutant(
        "stores: customers numbered alike are not mixed up",
        "shared/connectors/connecting.py",
        "if others and PLATFORMS[provider].one_store:",
        "if False:",
        "tests/stories/test_more_connected_stores.py",
    ),
    Mutant(
        "stores: a test order pays nothing",
        "shared/connectors/store_trial.py",
        '"test": True,',
        '"test": False,',
        "tests/stories/test_connections_page.py",
    ),
    Mutant(
        "stores: no tick for codes where there is no discount",
        "shared/domain/platforms/connection.py",
        "return finished if self.offer else finished | {OFFER: False, CODES: False}",
        "return finished",
        CONNECTING,
    ),
    Mutant(
        "stores: no tick for codes before a first discount's codes are there",
        "shared/domain/platforms/connection.py",
        "unfinished = {CODES} if offer != self.offer else set()",
        "unfinished: set[str] = set()",
        CONNECTING,
    ),
    Mutant(
        "stores: what a store holds is noted with its offer",
        "shared/domain/platforms/codes.py",
        "if known is None or known.problem or (known.spelled, known.offer) != (spelled, offer):",
        "if known is None:",
        CONNECTING,
    ),
)
