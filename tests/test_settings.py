"""Settings are read from the environment, once, and say by name what is missing."""

import pytest

from shared.settings import (
    DeadLetterSettings,
    MailSettings,
    MissingSetting,
    ProviderSettings,
    Settings,
    TableNames,
    read_texts,
)


def name_tables(monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    for name in ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE", "PROGRAMS_TABLE"):
        monkeypatch.setenv(name, f"{name}-{mark}")


def test_a_field_is_the_variable_of_its_name_in_capitals(monkeypatch):
    name_tables(monkeypatch, "one")
    names = TableNames.load()
    assert names.attributions_table == "ATTRIBUTIONS_TABLE-one"
    assert (names.ledger_table, names.programs_table) == ("LEDGER_TABLE-one", "PROGRAMS_TABLE-one")


def test_a_process_reads_the_environment_once(monkeypatch):
    monkeypatch.setattr(Settings, "loaded", {})
    name_tables(monkeypatch, "one")
    first = TableNames.load()
    name_tables(monkeypatch, "two")
    assert TableNames.load() is first


def test_all_missing_variables_are_named(monkeypatch):
    name_tables(monkeypatch, "one")
    monkeypatch.delenv("LEDGER_TABLE")
    monkeypatch.delenv("PROGRAMS_TABLE")
    with pytest.raises(MissingSetting, match="TableNames needs LEDGER_TABLE, PROGRAMS_TABLE"):
        TableNames.load()


def test_a_function_without_mails_has_no_sender(monkeypatch):
    for name in ("MAIL_FROM", "MAIL_CONFIGURATION", "MAILS"):
        monkeypatch.delenv(name, raising=False)
    mail = MailSettings.load()
    assert (mail.mail_from, mail.mail_configuration, mail.mails) == ("", "", ())


def test_texts_become_flags_lists_and_objects(monkeypatch):
    monkeypatch.setenv("MAILS", "statement,welcome")
    monkeypatch.setenv("ACCEPT_SANDBOX", "true")
    for provider in ("STRIPE", "SHOPIFY", "WOOCOMMERCE"):
        monkeypatch.setenv(f"{provider}_COMPLETED_BY", "payment")
    monkeypatch.setenv("COMPLETED_BY_OTHERS", '{"square": "shop"}')
    monkeypatch.setenv("PROCESSOR_APIS", '{"paypal": "https://api-m.sandbox.paypal.com"}')
    monkeypatch.setenv("DEAD_LETTERS", '{"orders": "https://sqs/orders-dead"}')
    assert MailSettings.load().mails == ("statement", "welcome")
    assert ProviderSettings.load().accept_sandbox is True
    assert ProviderSettings.load().completed_by("shopify") == "payment"
    assert ProviderSettings.load().completed_by("standard") is None
    assert ProviderSettings.load().completed_by("square") == "shop"
    assert list(ProviderSettings.load().processor_apis) == ["paypal"]
    assert DeadLetterSettings.load().dead_letters == {"orders": "https://sqs/orders-dead"}


def test_what_a_function_does_not_have_is_shown_empty(monkeypatch):
    monkeypatch.setenv("BASE_URL", "https://grapevine.example.com")
    monkeypatch.delenv("OWNER_EMAIL", raising=False)
    assert read_texts(["BASE_URL", "OWNER_EMAIL"]) == {
        "BASE_URL": "https://grapevine.example.com",
        "OWNER_EMAIL": "",
    }
