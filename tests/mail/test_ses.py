"""SES takes our mails as we send them, and its refusals are told apart."""

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from shared.mail.ses import Mail, MailRejected, send_mail, send_mail_from_page
from tests.conftest import MOCK_REGION

MAIL = Mail(
    "ines@example.com",
    "Grüße",
    "Guten Tag",
    "<p>Guten Tag</p>",
    {"List-Unsubscribe": "<https://grapevine.example.com/mail/unsubscribe>"},
)


@pytest.fixture
def sent(mock_account, monkeypatch):
    """The mails that SES has taken."""
    for name, value in {
        "SHOP_NAME": "Weinladen",
        "SHOP_URL": "https://shop.example.com",
        "BASE_URL": "https://grapevine.example.com",
        "MAIL_FROM": "rewards@example.com",
        "MAIL_CONFIGURATION": "grapevine-mail",
    }.items():
        monkeypatch.setenv(name, value)
    ses = boto3.client("sesv2")
    ses.create_email_identity(EmailIdentity="rewards@example.com")
    ses.create_configuration_set(ConfigurationSetName="grapevine-mail")
    return lambda: ses_backends[DEFAULT_ACCOUNT_ID][MOCK_REGION].sent_messages


def test_a_mail_is_taken_and_has_an_id(sent):
    message_id = send_mail(MAIL)
    (message,) = sent()
    assert message.id == message_id
    assert message.source == '"Weinladen" <rewards@example.com>'
    assert message.destinations["ToAddresses"] == ["ines@example.com"]
    assert message.subject == "Grüße"


def test_a_page_sends_with_the_same_parameters(sent):
    send_mail_from_page(MAIL, "an offer")
    assert len(sent()) == 1


def test_a_sender_that_is_not_verified_is_refused_and_no_page_fails(sent, monkeypatch):
    monkeypatch.setenv("MAIL_FROM", "stranger@example.org")
    with pytest.raises(MailRejected, match="MessageRejected"):
        send_mail(MAIL)
    send_mail_from_page(MAIL, "an offer")
    assert sent() == []
