from datetime import timedelta

import pytest

from shared.api.signed_tokens import (
    LIFETIMES,
    SignedToken,
    TokenPurpose,
    find_member,
    read_token,
    sign_member_token,
    sign_token,
)
from tests.support.http_events import NOW

PEPPER, OTHER_PEPPER = b"a pepper of the tests", b"another pepper of the tests"


@pytest.mark.parametrize("payload", ["F", "", "a.b", "Jürgen", "1000,0,-5", "x" * 128])
@pytest.mark.parametrize("ends_at", [None, NOW])
def test_a_token_says_what_was_signed(payload, ends_at):
    token = sign_token(PEPPER, TokenPurpose.UNSUBSCRIBE, payload, ends_at)
    assert read_token(PEPPER, TokenPurpose.UNSUBSCRIBE, token) == SignedToken(payload, ends_at)


def test_a_token_opens_nothing_for_another_purpose_or_under_another_pepper():
    token = sign_token(PEPPER, TokenPurpose.MAILED_SIGN_IN, "F")
    others = [purpose for purpose in TokenPurpose if purpose != TokenPurpose.MAILED_SIGN_IN]
    assert [read_token(PEPPER, purpose, token) for purpose in others] == [None] * len(others)
    assert read_token(OTHER_PEPPER, TokenPurpose.MAILED_SIGN_IN, token) is None


@pytest.mark.parametrize("token", ["", ".", "..", "a", "a.b", "ä.ä", "\ud800.", "a" * 5000])
def test_text_that_we_did_not_sign_is_no_token(token):
    assert read_token(PEPPER, TokenPurpose.PORTAL_SESSION, token) is None


def test_a_content_goes_with_its_own_signature_alone():
    first, second = (
        sign_token(PEPPER, TokenPurpose.PORTAL_SESSION, member).split(".") for member in "FG"
    )
    for forged in (f"{first[0]}.{second[1]}", f"{first[0]}.", f"{first[0]}.{first[1][:-4]}"):
        assert read_token(PEPPER, TokenPurpose.PORTAL_SESSION, forged) is None


@pytest.mark.parametrize("purpose", LIFETIMES)
def test_a_members_token_ends(purpose):
    token, second = sign_member_token(PEPPER, purpose, "F", NOW), timedelta(seconds=1)
    ends_at = NOW + LIFETIMES[purpose]
    assert find_member(PEPPER, purpose, token, ends_at - second) == "F"
    assert find_member(PEPPER, purpose, token, ends_at) is None
