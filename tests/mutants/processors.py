"""What each processor's own words are worth."""

from tests.mutants.mutant import Mutant

PADDLE, CLASSIC = (
    "tests/webhooks/test_paddle_facts.py",
    "tests/webhooks/test_paddle_classic_facts.py",
)
LEMON, BIGCOMMERCE = (
    "tests/webhooks/test_lemonsqueezy_facts.py",
    "tests/webhooks/test_bigcommerce_facts.py",
)
SIGNATURES = "tests/webhooks/test_signature.py"
MUTANTS = (
    Mutant(
        "processors: what a sandbox signed is a test",
        "functions/receive_webhook.py",
        "if is_sandbox and not settings.accept_sandbox else news",
        "if False else news",
        "tests/functions/test_receive_webhook.py",
    ),
    Mutant(
        "processors: Paddle's refund waits for its approval",
        "shared/webhooks/paddle/adjustments.py",
        '"pending_approval": "pending",',
        '"pending_approval": "succeeded",',
        PADDLE,
    ),
    Mutant(
        "processors: Paddle's custom data name no order",
        "shared/webhooks/paddle/transactions.py",
        '{"id": f"{PROVIDER_NAME}:{transaction_id}"},',
        '{"id": transaction.text("custom_data", "gv_order")},',
        PADDLE,
    ),
    Mutant(
        "processors: what a balance paid at Paddle was not charged",
        "shared/webhooks/paddle/transactions.py",
        'charged = parse_minor_units(totals.value("grand_total"), "grand_total", total)',
        "charged = total",
        PADDLE,
    ),
    Mutant(
        "processors: Paddle's signature holds five seconds",
        "shared/webhooks/paddle/signature.py",
        "min(received.tolerance_seconds, TOLERANCE_SECONDS)",
        "received.tolerance_seconds",
        PADDLE,
    ),
    Mutant(
        "processors: Paddle Classic's signature is compared",
        "shared/webhooks/paddle_classic/signature.py",
        'raise BadSignature("wrong_signature")',
        "return",
        CLASSIC,
    ),
    Mutant(
        "processors: a refund of tax at Paddle Classic takes no items",
        "shared/webhooks/paddle_classic/taken_back.py",
        'items_amount=0 if alert.value("refund_type") == _TAX_ALONE else None',
        "items_amount=None",
        CLASSIC,
    ),
    Mutant(
        "processors: Lemon Squeezy's test mode is a test",
        "shared/webhooks/lemonsqueezy.py",
        'if data.flag("attributes", "test_mode") and not delivery.accept_sandbox:',
        "if False:",
        LEMON,
    ),
    Mutant(
        "processors: a first invoice at Lemon Squeezy is no second sale",
        "shared/webhooks/lemonsqueezy.py",
        'if invoice.text("billing_reason") != _FIRST_INVOICE:',
        "if True:",
        LEMON,
    ),
    Mutant(
        "processors: a buyer's form at BigCommerce names no order",
        "shared/webhooks/bigcommerce/orders.py",
        "told = server_fields(words, PROVIDER_NAME)",
        'told = server_fields(read_tags(order.rows("billing_address", "form_fields"), "name"), "")',
        BIGCOMMERCE,
    ),
    Mutant(
        "processors: an id at BigCommerce leads nowhere else",
        "shared/webhooks/bigcommerce/__init__.py",
        "if order_id is None or not (order_id.isascii() and order_id.isdigit()):",
        "if order_id is None:",
        BIGCOMMERCE,
    ),
    Mutant(
        "processors: Stripe's API is asked for codes alone",
        "shared/webhooks/stripe/discounts.py",
        "if name and _CODE_ID.fullmatch(name)))",
        "if name))",
        "tests/webhooks/test_stripe_facts.py",
    ),
    Mutant(
        "processors: Square's address is signed with the body",
        "shared/webhooks/square/signature.py",
        "content = url.encode() + received.body",
        "content = received.body",
        SIGNATURES,
    ),
    Mutant(
        "processors: each item of Adyen is signed",
        "shared/webhooks/adyen/signature.py",
        "check_match((hmac_base64(key, signed_text(item)) for key in keys), [signature])",
        "pass",
        SIGNATURES,
    ),
    Mutant(
        "processors: Adyen's success is a text",
        "shared/webhooks/adyen/items.py",
        'status = "succeeded" if item.value("success") == "true" else "failed"',
        'status = "succeeded"',
        "tests/webhooks/test_adyen_facts.py",
    ),
    Mutant(
        "processors: Adyen's unsigned metadata name no order",
        "shared/webhooks/adyen/items.py",
        'words, data = words_in(item.text("merchantReference")), item.section("additionalData")',
        'data = item.section("additionalData")\n    words = JsonObject({n.removeprefix(METADATA): v for n, v in data.fields.items()})',
        "tests/webhooks/test_adyen_facts.py",
    ),
    Mutant(
        "processors: PayPal's certificates come from PayPal",
        "shared/webhooks/paypal/signature.py",
        "if not (at_paypal or at_api) or not _PATH.fullmatch(parts.path) or parts.query:",
        "if False:",
        "tests/webhooks/test_paypal_signature.py",
    ),
    Mutant(
        "processors: PayPal's certificates lead to a trusted root",
        "shared/webhooks/paypal/certificates.py",
        "        _check_chain(first, others, owner, at, root_file)",
        "        pass",
        "tests/webhooks/test_paypal_signature.py",
    ),
    Mutant(
        "processors: a key that ran out is not kept",
        "shared/webhooks/paypal/certificates.py",
        "if kept is None or at > kept.until:",
        "if kept is None:",
        "tests/webhooks/test_paypal_signature.py",
    ),
    Mutant(
        "processors: PayPal's custom id is evidence alone",
        "shared/webhooks/paypal/orders.py",
        "        evidence_fields(words),",
        '        {**evidence_fields(words), **present_fields(id=words.text("gv_order"))},',
        "tests/webhooks/test_paypal_facts.py",
    ),
    Mutant(
        "processors: an API that is silent is asked twice and no more",
        "shared/processors/client.py",
        "if attempt == MOST_ATTEMPTS:",
        "if attempt == 1:",
        "tests/processors/test_client.py",
    ),
)
