"""The console's page of verification: what differs is said in the reader's language."""

import ast
from html import unescape
from pathlib import Path

import pytest

from functions.serve_console_money import handler
from shared import words
from shared.domain.reconciliation import claims
from shared.jobs import verification
from shared.pages.refusals import translate_refusal
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem
from shared.store.programs.verifications import put_verification
from shared.store.reconciliation import verify
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.languages import TWO_LANGUAGES
from tests.support.shop import PLAIN, Shop

SPOKEN = TWO_LANGUAGES[1]
DOMAIN = Path(claims.__file__).parent


def compared() -> set[str]:
    """Everything that a difference can name as its `what`, from the sources."""
    texts = {verification.TOO_MANY}
    for path in DOMAIN.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(ast.Name("Difference"), [ast.Constant(str(what)), *_]):
                    texts.add(what)
                case ast.Call(ast.Name("Difference"), [ast.JoinedStr(), *_]):
                    texts |= {"opening of a month", "closing of a month"}
                case ast.Call(ast.Name("Claim"), [_, ast.Name(name), *_]):
                    texts.add(getattr(claims, name))
    return texts


def test_every_difference_has_a_sentence():
    assert compared() == set(words.DIFFERENCES)


@pytest.mark.parametrize("sentence", words.DIFFERENCES.values())
def test_every_sentence_is_there_in_the_readers_language(sentence):
    assert translate_refusal(sentence, SPOKEN) != sentence


def test_what_differs_is_said_in_the_readers_language_and_the_api_keeps_its_words(
    tables, monkeypatch
):
    open_console(monkeypatch)
    shop = Shop(**PLAIN)
    shop.member("Anna")
    shop.member("Leon", referrer_login="Anna")
    shop.order("O1", 1_000, customer={"id": "Leon"})
    account = engine.find(AccountItem, keys.account("Anna", "EUR"))
    account.balance = 7
    account.save()
    *_, ended = verification.verify_whole(shop.at, "tests")
    engine.write([put_verification(ended)])
    told = {row["what"] for row in ended.differences}
    assert told == {row["what"] for row in verify()["differences"]}

    shown = text_of(
        Visitor("owner").get(handler, "GET /console/verification", query={"language": SPOKEN}).text
    )

    assert told
    for what in told:
        sentence = translate_refusal(words.DIFFERENCES[what], SPOKEN)
        assert " ".join(sentence.split()) in unescape(shown), "French has spaces that do not break"
        assert what not in shown
