"""The settings that the template gives a function in environment variables. Each subject has one
frozen class.

`ShopSettings.load().base_url` reads `BASE_URL`: the name of a variable is the field's name in
capitals. A class is read when it is first used, and cached for the life of the process. Nothing
else in `functions` and `shared` reads the environment.

The classes share their methods. `dataclass` would create three methods for each class, which costs
six milliseconds in every cold start.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar, Self, dataclass_transform


class MissingSetting(Exception):
    """The template does not give this function a variable that it needs."""


@dataclass_transform(frozen_default=True, eq_default=False)
class Settings:
    """The methods of all settings. A subclass holds those of one subject, and lists its fields as a
    frozen dataclass does.
    """

    loaded: ClassVar[dict[type, "Settings"]] = {}
    """The settings read so far, by class. Tests replace it with a dictionary that stores nothing.
    """

    def __init__(self, *in_order: object, **by_name: object) -> None:
        self.__dict__.update(zip(type(self).__annotations__, in_order, strict=False), **by_name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} is as the environment says")

    @classmethod
    def load(cls) -> Self:
        """The settings of this subject. Raises `MissingSetting` with the names of all missing
        variables.
        """
        settings = cls.loaded.get(cls)
        if not isinstance(settings, cls):
            settings = cls.loaded[cls] = cls(**_read_fields(cls))
        return settings


class TableNames(Settings):
    """The names of the three DynamoDB tables."""

    attributions_table: str
    ledger_table: str
    programs_table: str


class LambdaRuntime(Settings):
    """What Lambda itself sets; empty outside Lambda."""

    aws_lambda_function_name: str = ""


class StackResources(Settings):
    """The name of the event bus, and the ARN of the secret document."""

    bus_name: str
    secrets_arn: str


class ShopSettings(Settings):
    """The shop's name (if empty, the host of its address counts), the shop's address, and our own
    public address.
    """

    shop_name: str
    shop_url: str
    base_url: str


class OriginSettings(Settings):
    """The origins whose pages may call us, until the owner chooses others."""

    shop_origins: tuple[str, ...] = ()


class ProxySettings(Settings):
    """The shop's own proxy in front of us: the header with the visitor's address, and the secret
    that proves the proxy. Without a secret, no proxy is trusted.
    """

    trusted_proxy_header: str = "X-Forwarded-For"
    trusted_proxy_secret: str = ""


class CookieSettings(Settings):
    """The domain to which both our host and the shop's belong. If it is empty, cookies stay on our
    host.
    """

    cookie_domain: str = ""


class ProviderSettings(Settings):
    """How webhooks of payment processors and shop platforms are read."""

    accept_sandbox: bool
    stripe_completed_by: str
    shopify_completed_by: str
    woocommerce_completed_by: str
    completed_by_others: Mapping[str, str] = MappingProxyType({})
    """What completes an order of the other providers, by provider."""
    processor_apis: Mapping[str, str] = MappingProxyType({})
    """Addresses of providers' APIs that differ from the usual ones, by provider."""

    def completed_by(self, provider: str) -> str | None:
        """What completes an order of a provider; `None` for a provider without such a setting."""
        return {
            "stripe": self.stripe_completed_by,
            "shopify": self.shopify_completed_by,
            "woocommerce": self.woocommerce_completed_by,
            **self.completed_by_others,
        }.get(provider)


class MailSettings(Settings):
    """How mails are sent. If `mail_from` is empty, none are sent."""

    mail_from: str = ""
    mail_configuration: str = ""
    """SES's configuration set, which makes SES report the outcome of mails; empty for none."""
    mails: tuple[str, ...] = ()
    """Kinds of automatic mail that the shop has chosen."""


class SignInSettings(Settings):
    """The first owner of the console, and the OpenID Connect provider (empty for none)."""

    owner_email: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_name: str


class MailQueueSettings(Settings):
    """The URL of the queue of mails."""

    mail_queue: str


class ListenerSettings(Settings):
    """Whether rules of the shop's own listen on the bus, so that every event is put there."""

    listeners_on_bus: bool = True


class WebhooksQueueSettings(Settings):
    """The URL of the queue of webhooks to the shop."""

    webhooks_queue: str


class ExpiryQueueSettings(Settings):
    """The URL of the queue for expiring credit."""

    expiry_queue: str


class SettlementQueueSettings(Settings):
    """The URL of the queue for closing months."""

    settlement_queue: str


class ReconciliationQueueSettings(Settings):
    """The URL of the queue for the nightly reconciliation."""

    reconciliation_queue: str


class ImportsQueueSettings(Settings):
    """The URL of the queue of imports."""

    imports_queue: str


class CodesQueueSettings(Settings):
    """The URL of the queue of jobs at connected stores."""

    codes_queue: str


class ConnectionSecretsSettings(Settings):
    """The ARN of the secret with the access to connected stores."""

    connection_secrets_arn: str


class DeadLetterSettings(Settings):
    """The URLs of the dead-letter queues, by their names in the console."""

    dead_letters: Mapping[str, str]


class PutBackSettings(Settings):
    """The URLs of the queues to which dead letters are put back, by the same names."""

    put_back_to: Mapping[str, str]


def read_texts(variables: Iterable[str]) -> dict[str, str]:
    """Environment variables as text, for display; empty if this function has none."""
    return {variable: os.environ.get(variable, "") for variable in variables}


_PARSERS: dict[object, Callable[[str], object]] = {
    str: str,
    bool: lambda text: text == "true",
    tuple[str, ...]: lambda text: tuple(text.split(",")),
    Mapping[str, str]: json.loads,
}
"""The function that reads a variable's text, by the type of the field."""


def _read_fields(subject: type[Settings]) -> dict[str, object]:
    values: dict[str, object] = {}
    missing: list[str] = []
    for name, kind in subject.__annotations__.items():
        text = os.environ.get(name.upper())
        if text is not None:
            values[name] = _PARSERS[kind](text)
        elif not hasattr(subject, name):
            missing.append(name.upper())
    if missing:
        raise MissingSetting(f"{subject.__name__} needs {', '.join(missing)} in the environment")
    return values
