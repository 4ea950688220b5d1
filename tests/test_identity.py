import pytest

from shared.domain.members.code import normalize_code
from shared.domain.members.email_address import normalize_email
from shared.identity import email_hash

PEPPER = b"a pepper of the tests, long enough to be one"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Ines@Example.COM", "ines@example.com"),
        (" ines@example.com ", "ines@example.com"),
        ("ines+shop@example.com", "ines+shop@example.com"),
        ("i.n.e.s@example.com", "i.n.e.s@example.com"),
        ("I.Nes+shop@googlemail.com", "ines@gmail.com"),
        ("ines+a+b@outlook.com", "ines@outlook.com"),
        ("i.nes@outlook.com", "i.nes@outlook.com"),
        ("i_n-e.s@pm.me", "ines@proton.me"),
        ("ines+x@me.com", "ines@icloud.com"),
        ("ines@BÜCHER.example", "ines@xn--bcher-kva.example"),
        ("ines@bücher.example.", "ines@xn--bcher-kva.example"),
        ("ines@example.com", "ines@example.com"),
        ("no address", "@no address"),
    ],
)
def test_spellings_of_one_mailbox_are_one(written, normal):
    assert normalize_email(written) == normal


def test_the_hash_is_keyed_and_22_characters():
    one = email_hash(PEPPER, "I.nes@gmail.com")
    assert one == email_hash(PEPPER, "ines+x@googlemail.com")
    assert len(one) == 22 and "ines" not in one
    assert one != email_hash(PEPPER + b"!", "ines@gmail.com")
    assert one != email_hash(PEPPER, "jana@gmail.com")


@pytest.mark.parametrize("email", ["\ud800@example.com", "", "a@" + "ü" * 300, "a@.ü"])
def test_no_text_breaks_the_hash(email):
    assert len(email_hash(PEPPER, email)) == 22


def test_a_code_is_the_same_in_any_case():
    assert normalize_code(" anna-7k2q\n") == "ANNA7K2Q"
