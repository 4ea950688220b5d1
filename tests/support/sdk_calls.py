"""What the processors' own libraries ask and accept; run by the Python of `.venv-sdks`.

Reads one JSON object from stdin and writes one to stdout. It imports nothing of ours.
"""

import json
import sys


def ask_square(base_url: str, key: str, order: str) -> None:
    from square import Square

    Square(token=key, base_url=base_url).orders.get(order_id=order)


def ask_paypal(base_url: str, key: str, order: str, capture: str, refund: str) -> None:
    from paypalserversdk.configuration import Configuration, Environment, Server
    from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
    from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

    Configuration.environments[Environment.PRODUCTION] = {Server.DEFAULT: base_url}
    name, _, secret = key.partition(":")
    client = PaypalServersdkClient(
        client_credentials_auth_credentials=ClientCredentialsAuthCredentials(name, secret),
        environment=Environment.PRODUCTION,
    )
    client.orders.get_order({"id": order})
    client.payments.get_captured_payment({"capture_id": capture})
    client.payments.get_refund({"refund_id": refund})


def check_square(body: str, signature: str, key: str, url: str) -> bool:
    from square.utils.webhooks_helper import verify_signature

    return verify_signature(
        request_body=body, signature_header=signature, signature_key=key, notification_url=url
    )


def check_adyen(document: dict, key: str) -> bool:
    from Adyen.util import is_valid_hmac_notification

    return is_valid_hmac_notification(document, key)


def ask_paddle(base_url: str, key: str, customer: str, discount: str) -> None:
    from paddle_billing import Client, Environment

    Environment.base_url = base_url
    client = Client(key)
    for ask, name in ((client.customers.get, customer), (client.discounts.get, discount)):
        try:
            ask(name)
        except KeyError:
            continue  # the stand-in's answer lacks what the library reads, after it was asked


def ask_stripe(base_url: str, key: str, code: str, invoice: str) -> None:
    import stripe

    client = stripe.StripeClient(key, base_addresses={"api": base_url})
    client.v1.promotion_codes.retrieve(code)
    client.v1.invoices.retrieve(invoice, {"expand": ["discounts.promotion_code"]})


def check_paddle(body: str, headers: dict, key: str) -> bool:
    from types import SimpleNamespace

    from paddle_billing.Notifications import Secret, Verifier

    request = SimpleNamespace(body=body.encode(), headers=headers)
    return Verifier().verify(request, Secret(key), verify_time_drift=False)


def check_bigcommerce(body: str, headers: dict, key: str) -> bool:
    import base64

    from standardwebhooks.webhooks import Webhook

    Webhook(base64.b64encode(key.encode()).decode()).verify(body, headers)
    return True


def stripe_fields() -> dict:
    """The fields of each form that we send to Stripe, the events, and the API's version."""
    import re

    from stripe import _api_version, params

    forms = {
        "coupons/": params.CouponCreateParams,
        "promotion_codes/": params.PromotionCodeCreateParams,
        "promotion_codes/id": params.PromotionCodeModifyParams,
        "webhook_endpoints/": params.WebhookEndpointCreateParams,
    }
    declared = str(params.WebhookEndpointCreateParams.__annotations__["enabled_events"])
    events = re.findall(r"""["']([a-z_.*0-9]+)["']""", declared)
    return {
        "fields": {kind: sorted(form.__annotations__) for kind, form in forms.items()},
        "events": events,
        "versions": [_api_version._ApiVersion.CURRENT],
    }


def paddle_fields() -> dict:
    """The fields of each change that we send to Paddle, the events, and the statuses of discounts."""
    from dataclasses import fields

    from paddle_billing.Entities.Discounts import DiscountStatus, DiscountType
    from paddle_billing.Entities.Events import EventTypeName
    from paddle_billing.Resources.Discounts.Operations import CreateDiscount, UpdateDiscount
    from paddle_billing.Resources.NotificationSettings.Operations import (
        CreateNotificationSetting,
        UpdateNotificationSetting,
    )

    forms = {
        "discounts/": CreateDiscount,
        "discounts/id": UpdateDiscount,
        "notification-settings/": CreateNotificationSetting,
        "notification-settings/id": UpdateNotificationSetting,
    }
    words = {"events": EventTypeName, "statuses": DiscountStatus, "types": DiscountType}
    told = {
        name: [word.value for word in vars(kind).values() if isinstance(word, kind)]
        for name, kind in words.items()
    }
    named = {kind: [field.name for field in fields(form)] for kind, form in forms.items()}
    return {"fields": named} | told


CALLS = {
    "stripe_fields": stripe_fields,
    "paddle_fields": paddle_fields,
    "ask_paddle": ask_paddle,
    "ask_stripe": ask_stripe,
    "check_paddle": check_paddle,
    "check_bigcommerce": check_bigcommerce,
    "ask_square": ask_square,
    "ask_paypal": ask_paypal,
    "check_square": check_square,
    "check_adyen": check_adyen,
}

if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps({"answer": CALLS[asked.pop("call")](**asked)}))
