"""A secret is replaced while the old one still counts; the pepper never is."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from local.operations.live_tables import live_tables, use_tables
from local.restore_drill.drill import PEPPER
from shared.domain.staff_action import StaffAction
from shared.store.programs import api_keys
from shared.webhooks import PROVIDERS
from shared.webhooks.signature import BadSignature

OLD, NEW = "whsec_an-old-secret-of-the-tests", "whsec_a-new-secret-of-the-tests"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.fixture
def secret_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{NEW}\n")
    return str(file)


def document(stack) -> dict:
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=stack.physical("Secrets"))
    return json.loads(answer["SecretString"])


def put(stack, **secrets: str) -> None:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=stack.physical("Secrets"), SecretString=json.dumps({"pepper": PEPPER, **secrets})
    )


def accepts(configured: str, signed_with: str) -> bool:
    scheme = PROVIDERS["shopify"].signature
    headers = scheme.sign(signed_with, b"{}", NOW)
    try:
        scheme.verify(configured, headers, b"{}", NOW)
    except BadSignature:
        return False
    return True


def test_both_secrets_sign_until_the_rotation_is_finished(stack, ops, secret_file):
    put(stack, shopify=OLD, stripe="whsec_untouched-by-any-of-this")
    assert ops("rotate", "shopify", "--secret-file", secret_file)[0] == 0
    during = document(stack)
    assert accepts(during["shopify"], OLD) and accepts(during["shopify"], NEW)

    assert ops("rotate", "shopify", "--finish")[0] == 0
    after = document(stack)
    assert accepts(after["shopify"], NEW) and not accepts(after["shopify"], OLD)
    assert after["stripe"] == "whsec_untouched-by-any-of-this" and after["pepper"] == PEPPER


def test_the_first_secret_of_a_provider_is_set(stack, ops, secret_file):
    put(stack)
    assert ops("rotate", "shopify", "--secret-file", secret_file)[0] == 0
    assert document(stack)["shopify"] == NEW


def test_a_third_secret_takes_the_place_of_the_oldest(stack, ops, secret_file):
    put(stack, shopify=f"{OLD} whsec_the-oldest-of-all-secrets")
    assert ops("rotate", "shopify", "--secret-file", secret_file)[0] == 0
    assert document(stack)["shopify"] == f"{NEW} {OLD}"


def test_the_same_secret_again_is_refused(stack, ops, secret_file):
    put(stack, shopify=NEW)
    status, printed = ops("rotate", "shopify", "--secret-file", secret_file)
    assert status == 2 and "is already in use" in printed and NEW not in printed


def test_the_pepper_is_never_rotated(stack, ops, secret_file):
    put(stack)
    status, printed = ops("rotate", "pepper", "--secret-file", secret_file)
    assert status == 2 and "never rotated" in printed
    assert document(stack)["pepper"] == PEPPER


@pytest.mark.parametrize("weak", ["", "short", "two words that are long enough"])
def test_a_weak_secret_is_refused(stack, ops, tmp_path, weak):
    put(stack)
    (tmp_path / "secret").write_text(weak)
    status, printed = ops("rotate", "shopify", "--secret-file", str(tmp_path / "secret"))
    assert status == 2 and "16 characters" in printed
    assert "shopify" not in document(stack)


def test_what_is_no_provider_is_answered_with_those_there_are(stack, ops, secret_file):
    status, printed = ops("rotate", "shopfy", "--secret-file", secret_file)
    assert status == 2 and "shopify" in printed


def test_a_secret_document_that_lost_its_pepper_is_left_alone(stack, ops, secret_file):
    boto3.client("secretsmanager").put_secret_value(
        SecretId=stack.physical("Secrets"), SecretString="{}"
    )
    status, printed = ops("rotate", "shopify", "--secret-file", secret_file)
    assert status == 2 and "backup" in printed and document(stack) == {}


def test_an_api_key_is_replaced_with_an_overlap(stack, ops):
    use_tables(live_tables(stack))
    old = "sk_an-old-key-of-the-tests-0123456789"
    now = datetime.now(UTC)
    api_keys.add_key(old, "shop", now, "till", StaffAction("tests", "key_made", now))
    prefix = api_keys.prefix_of(old)
    status, printed = ops("rotate", "key", "--prefix", prefix, "--hours", "2")
    assert status == 0
    assert api_keys.find_holder(printed.strip(), now).scope == "shop"
    assert api_keys.find_holder(old, now).expires_at is not None


def test_an_unknown_api_key_is_named(stack, ops):
    status, printed = ops("rotate", "key", "--prefix", "sk_nobody")
    assert status == 2 and "sk_nobody" in printed
