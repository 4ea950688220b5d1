"""Compares the accounts that were stored with each entry (specification: verify)."""

from collections.abc import Iterator, Mapping, Sequence

from shared.domain.ledger.entry import Posting
from shared.domain.ledger.owner import Owner
from shared.domain.reconciliation.books import BookedEntry, Difference


def compare_accounts_of_entries(
    owner: Owner, history: Sequence[BookedEntry], postings: Mapping[int, Posting]
) -> Iterator[Difference]:
    """Compares the accounts that were stored with each entry with the accounts that its kind
    requires.
    """
    for entry, _ in history:
        found = postings.get(entry.sequence)
        if found != entry.posting:
            yield Difference(
                "accounts of an entry",
                f"{owner}/{entry.sequence}",
                list(entry.posting),
                list(found or ()),
            )
