"""What the functions that visitors, shops and money wait for load before their first event."""

import subprocess
import sys

import pytest

from tests.support.running_cloud import ROOT

PAGES = {"babel", "jinja2", "mrml", "shared.pages", "shared.mail", "shared.portal"}
DOCUMENTS = {"shared.openapi", "shared.imports"}
"""What describes the API, and what reads a shop's past."""
FIRST_USE = {
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.parameters",
    "aws_lambda_powertools.utilities.idempotency",
    "boto3",
    "cryptography",
    "shared.members.blocking",
    "shared.record_processor",
    "shared.webhooks.paypal",
    "shared.webhooks.stripe",
}
"""What the first event of a kind loads, and no other."""
LEFT_OUT = PAGES | DOCUMENTS | FIRST_USE
PROVIDERS = {"shared.webhooks", "shared.processors"}
SCRIPT = "import sys, gc, functions.{}; print(gc.isenabled(), *sys.modules)"


@pytest.mark.parametrize(
    ("function", "left_out"),
    [
        ("track_click", LEFT_OUT | PROVIDERS | {"shared.orders", "shared.domain.ledger"}),
        ("receive_webhook", LEFT_OUT | {"shared.orders"}),
        ("reward_order", LEFT_OUT | {"shared.processors"}),
        ("serve_orders", LEFT_OUT | PROVIDERS),
        ("serve_holds", LEFT_OUT | PROVIDERS),
        ("authorize", LEFT_OUT | PROVIDERS | {"shared.orders"}),
    ],
)
def test_a_function_starts_without_what_its_first_event_does_not_need(function, left_out):
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(function)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert left_out & set(told) == set()
    assert told[0] == "True", "garbage is looked for again"
