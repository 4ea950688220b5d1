"""The settings of the stack, read only. They are set when the stack is deployed and cannot be
changed in the console.
"""

from collections.abc import Mapping
from typing import NamedTuple

from shared.webhooks import PROVIDERS

PARAMETERS = {
    "ShopName": "SHOP_NAME",
    "ShopUrl": "SHOP_URL",
    "BaseUrl": "BASE_URL",
    "OwnerEmail": "OWNER_EMAIL",
    "OidcIssuer": "OIDC_ISSUER",
    "OidcClientId": "OIDC_CLIENT_ID",
    "MailFrom": "MAIL_FROM",
    "Mails": "MAILS",
    "AcceptSandbox": "ACCEPT_SANDBOX",
    "StripeCompletedBy": "STRIPE_COMPLETED_BY",
    "ShopifyCompletedBy": "SHOPIFY_COMPLETED_BY",
    "WooCommerceCompletedBy": "WOOCOMMERCE_COMPLETED_BY",
    "CompletedByOthers": "COMPLETED_BY_OTHERS",
    "ProcessorApis": "PROCESSOR_APIS",
}
"""Parameters of the template, and the environment variables that contain them in functions."""


class StackSettings(NamedTuple):
    """Parameters by their names in the template. `providers` says for each provider whether its
    webhooks are accepted.
    """

    parameters: Mapping[str, str]
    providers: Mapping[str, bool]


def read_settings(environment: Mapping[str, str], secrets: Mapping[str, str]) -> StackSettings:
    """The settings. `secrets` is the secret document; the webhooks of a provider are accepted if it
    has a secret.
    """
    parameters = {name: environment.get(variable, "") for name, variable in PARAMETERS.items()}
    return StackSettings(parameters, {name: bool(secrets.get(name)) for name in PROVIDERS})
