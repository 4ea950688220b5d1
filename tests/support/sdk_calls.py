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


CALLS = {
    "ask_square": ask_square,
    "ask_paypal": ask_paypal,
    "check_square": check_square,
    "check_adyen": check_adyen,
}

if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps({"answer": CALLS[asked.pop("call")](**asked)}))
