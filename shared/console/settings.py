"""The settings of the stack, which are set when it is deployed, and what they mean for the owner's
settings.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from shared.domain.shop.owner_settings import OwnerSettings
from shared.language import LANGUAGES
from shared.settings import OriginSettings, ProviderSettings, ShopSettings
from shared.webhooks import PROVIDERS
from shared.webhooks.completed_by import FULFILMENT, offered_setting

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


def effective(settings: OwnerSettings) -> OwnerSettings:
    """The settings that apply: the owner's own, and the template's parameters for everything that
    the owner has not set.
    """
    providers = ProviderSettings.load()
    return replace(
        settings,
        shop_name=settings.shop_name or ShopSettings.load().shop_name,
        origins=OriginSettings.load().shop_origins
        if settings.origins is None
        else settings.origins,
        languages=settings.languages or LANGUAGES,
        completed_by={
            name: offered_setting(
                name, settings.completed_by.get(name) or providers.completed_by(name) or FULFILMENT
            )
            for name in PROVIDERS
        },
    )


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
