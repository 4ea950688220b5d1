"""The words by whose beginnings members are found (specification: member-search)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from shared.domain.members.member import Member
from shared.domain.members.spelling import bare_text

MOST_WORDS, LONGEST_WORD = 16, 64
MOST_QUERIED = 4
"""Words of a query that are looked at."""
_WORD = re.compile(r"[^\W_]+")


def search_words(member: Member) -> tuple[str, ...]:
    """At most `MOST_WORDS` words of a member: what names them as a whole, then each word of it.

    The last part of an e-mail address, such as `com`, is no word.
    """
    mailbox, _, domain = (member.email or "").rpartition("@")
    wholes = (member.code, member.public_id, member.login, member.email)
    domain = domain.rpartition(".")[0]
    parts = (member.name, member.login, mailbox, domain, member.code, member.public_id)
    found = [bare_text(whole)[:LONGEST_WORD] for whole in wholes if whole]
    found += [word for part in parts if part for word in _words(part)]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def query_words(query: str) -> tuple[str, ...]:
    """The beginnings that a member's words must all have; an e-mail address is one of them."""
    if "@" in query:
        whole = bare_text(query)[:LONGEST_WORD]
        return (whole,) if whole else ()
    return tuple(dict.fromkeys(_words(query)))[:MOST_QUERIED]


def fits(words: Sequence[str], query: Iterable[str]) -> bool:
    """Whether each word of a query begins one of a member's words."""
    return all(any(word.startswith(begins) for word in words) for begins in query)


def fold_login(login: str) -> str:
    """A login as logins are sorted: whatever its case, blanks as one blank."""
    return " ".join(unicodedata.normalize("NFKC", login).casefold().split())[:LONGEST_WORD]


def _words(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return (word[:LONGEST_WORD] for word in _WORD.findall(folded))
