"""Secrets that somebody wrote into keys.json and that are too short to be any."""

import pytest

from local.cloud.supervisor import _warn_of_secrets

STRONG = {"stripe": "whsec_" + "a" * 32, "shopify": "b" * 32}


def test_good_secrets_need_no_word(capsys):
    _warn_of_secrets(STRONG)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("weak", ["hush", "", " ", "123456789012345"])
def test_the_start_says_whose_webhooks_are_refused(capsys, weak):
    _warn_of_secrets(STRONG | {"shopify": weak})
    told = capsys.readouterr().err
    assert told.startswith("grapevine: webhooks of shopify are refused: ")
    assert told.count("\n") == 1
