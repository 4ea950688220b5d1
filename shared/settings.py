"""What the template tells a function through its environment, in one frozen class for each subject.

`ShopSettings.load().base_url` reads `BASE_URL`: a field's name in capitals is its variable. A class
is read when it is first asked for and kept for the life of the process. Nothing else in `functions`
and `shared` reads the environment.

The classes share their methods: `dataclass` would write three of them for each, which costs every
cold start six milliseconds.
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
    """The part that all subjects have in common; each of them lists its fields as a frozen dataclass
    does.
    """

    loaded: ClassVar[dict[type, "Settings"]] = {}
    """What was read so far, by its class. Tests replace it by one that keeps nothing."""

    def __init__(self, *in_order: object, **by_name: object) -> None:
        self.__dict__.update(zip(type(self).__annotations__, in_order, strict=False), **by_name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} is as the environment says")

    @classmethod
    def load(cls) -> Self:
        """The settings of this subject. Raises `MissingSetting` with the names of all variables
        that are missing.
        """
        settings = cls.loaded.get(cls)
        if not isinstance(settings, cls):
            settings = cls.loaded[cls] = cls(**_read_fields(cls))
        return settings


class TableNames(Settings):
    """The three tables, as DynamoDB knows them."""

    attributions_table: str
    ledger_table: str
    programs_table: str


class LambdaRuntime(Settings):
    """What Lambda itself tells a function; empty where no Lambda runs it."""

    aws_lambda_function_name: str = ""


class StackResources(Settings):
    """What else belongs to the stack: the event bus by its name, the secret document by its ARN."""

    bus_name: str
    secrets_arn: str


class ShopSettings(Settings):
    """The shop's name (empty: the host of its address), its address, and our own public one."""

    shop_name: str
    shop_url: str
    base_url: str


class ProxySettings(Settings):
    """The shop's own proxy in front of us: in which header it names the visitor, and the secret
    that proves it. Without a secret there is none.
    """

    trusted_proxy_header: str = "X-Forwarded-For"
    trusted_proxy_secret: str = ""


class CookieSettings(Settings):
    """The domain that our host and the shop's have in common (empty: cookies stay on the host)."""

    cookie_domain: str = ""


class ProviderSettings(Settings):
    """How webhooks of payment processors and shop platforms are read."""

    accept_sandbox: bool
    stripe_completed_by: str
    shopify_completed_by: str
    woocommerce_completed_by: str
    completed_by_others: Mapping[str, str] = MappingProxyType({})
    """What completes an order of the other providers, by their names."""
    processor_apis: Mapping[str, str] = MappingProxyType({})
    """Addresses of providers' APIs where they are not the usual ones, by the providers' names."""

    def completed_by(self, provider: str) -> str | None:
        """What completes an order of a provider; `None` for one that has no such setting."""
        return {
            "stripe": self.stripe_completed_by,
            "shopify": self.shopify_completed_by,
            "woocommerce": self.woocommerce_completed_by,
            **self.completed_by_others,
        }.get(provider)


class MailSettings(Settings):
    """How mails are sent. Without a sender's address (`mail_from`) none are."""

    mail_from: str = ""
    mail_configuration: str = ""
    """SES's configuration set, which tells what became of a mail; empty for none."""
    mails: tuple[str, ...] = ()
    """Kinds of mail that are sent without being asked for."""


class SignInSettings(Settings):
    """Who may sign in to the console first, and the OpenID Connect provider (empty for none)."""

    owner_email: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_name: str


class MailQueueSettings(Settings):
    """The queue of mails, by its URL."""

    mail_queue: str


class WebhooksQueueSettings(Settings):
    """The queue of webhooks that go out, by its URL."""

    webhooks_queue: str


class ExpiryQueueSettings(Settings):
    """The queue of credit that expires, by its URL."""

    expiry_queue: str


class SettlementQueueSettings(Settings):
    """The queue that closes months, by its URL."""

    settlement_queue: str


class ReconciliationQueueSettings(Settings):
    """The queue of the nightly reconciliation, by its URL."""

    reconciliation_queue: str


class ImportsQueueSettings(Settings):
    """The queue of imports, by its URL."""

    imports_queue: str


class CodesQueueSettings(Settings):
    """The queue of what connected stores are told, by its URL."""

    codes_queue: str


class ConnectionSecretsSettings(Settings):
    """The secret with what opens connected stores, by its ARN."""

    connection_secrets_arn: str


class DeadLetterSettings(Settings):
    """The URLs of the queues of dead letters, by their names in the console."""

    dead_letters: Mapping[str, str]


class PutBackSettings(Settings):
    """The URLs of the queues that dead letters are put back to, by the same names."""

    put_back_to: Mapping[str, str]


def read_texts(variables: Iterable[str]) -> dict[str, str]:
    """Variables as the template sets them, to be shown; empty where this function has none."""
    return {variable: os.environ.get(variable, "") for variable in variables}


_PARSERS: dict[object, Callable[[str], object]] = {
    str: str,
    bool: lambda text: text == "true",
    tuple[str, ...]: lambda text: tuple(text.split(",")),
    Mapping[str, str]: json.loads,
}
"""How the text of a variable becomes a field of a type."""


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
