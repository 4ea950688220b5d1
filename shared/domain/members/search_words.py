"""The search words of a member; a search finds a member by the beginnings of these words
(specification: member-search).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from shared.domain.members.member import Member
from shared.domain.members.spelling import bare_text

MOST_WORDS, LONGEST_WORD = 16, 64
MOST_QUERIED = 4
"""The most words of a query that are used."""
_WORD = re.compile(r"[^\W_]+")


def search_words(member: Member) -> tuple[str, ...]:
    """At most `MOST_WORDS` search words of a member: first code, id, login and e-mail as a whole,
    then the single words in them and in the name.

    The last part of an e-mail domain, such as `com`, is left out.
    """
    mailbox, _, domain = (member.email or "").rpartition("@")
    wholes = (member.code, member.public_id, member.login, member.email)
    domain = domain.rpartition(".")[0]
    parts = (member.name, member.login, mailbox, domain, member.code, member.public_id)
    found = [bare_text(whole)[:LONGEST_WORD] for whole in wholes if whole]
    found += [word for part in parts if part for word in _words(part)]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def query_words(query: str) -> tuple[str, ...]:
    """The words of a query. Each of them must be the beginning of a search word of the member. A
    query with `@` is one word.
    """
    if "@" in query:
        whole = bare_text(query)[:LONGEST_WORD]
        return (whole,) if whole else ()
    return tuple(dict.fromkeys(_words(query)))[:MOST_QUERIED]


def fits(words: Sequence[str], query: Iterable[str]) -> bool:
    """Whether every word of a query is the beginning of one of a member's search words."""
    return all(any(word.startswith(begins) for word in words) for begins in query)


def fold_login(login: str) -> str:
    """A login as the key by which lists are sorted: without case, and with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", login).casefold().split())[:LONGEST_WORD]


def _words(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return (word[:LONGEST_WORD] for word in _WORD.findall(folded))
