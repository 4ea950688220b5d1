"""Lists of members: sorted, filtered and searched. The cost of a page depends on the size of the
page, not on the number of members (specification: member-list; decision 192).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.members.search_words import fits, query_words, search_words
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.members.member_search import (
    HashEmail,
    MemberSearch,
    check_search,
    ids_named,
    names_to_read,
)
from shared.members.profile import load_names
from shared.store import keys
from shared.store.attributions import directory
from shared.store.attributions.directory import (
    BALANCE,
    ERASED,
    EVERYBODY,
    GUEST,
    JOINED,
    LOGIN,
    VOLUME,
    Count,
    DirectoryItem,
    RowRange,
    list_rows,
    members_of,
    read_page,
)
from shared.store.attributions.members import MemberItem, member_of
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.programs.programs import DEFAULT, ProgramItem, active_program_of
from shared.store.reading import Reading

MOST_SORTED = 50
"""Up to this many members are loaded at once and sorted by their current values."""
MOST_ROUNDS = 10
"""How many pages of rows are read at most to fill one page of members."""
BY_WORD, BY_ROW = "word ", "row "
"""The first letters of a cursor. They say whether the list continues in the order of words, or in the
order of rows that are filtered.
"""
WIDE = (EVERYBODY, "active")
"""Lists that contain nearly everybody. For them the rows of all members are read and filtered."""


class ListedMember(NamedTuple):
    """A member, their account in the program's currency, and the group that applies now."""

    member: Member
    account: Account
    group: Group | None


class ListedMembers(NamedTuple):
    """A page of members, and the sort key after which the next page begins. `total` is set only on
    a first page, and only if counting costs no more than the page itself.
    """

    members: Sequence[ListedMember]
    last: str | None
    program: Program
    total: Count | None = None


def list_members(
    search: MemberSearch,
    hash_email: HashEmail,
    limit: int,
    after: str = "",
    reading: Reading | None = None,
) -> ListedMembers:
    """One page of the members that a search asks for, sorted as it says. What `reading` has is not
    read again. Raises `InvalidDocument` as `names_to_read` and `check_search`, and `InvalidCursor`.
    """
    reading = reading or Reading()
    named = names_to_read(search.query, hash_email) if search.query else []
    reading.fetch((ProgramItem, keys.active_program(DEFAULT)), *named)
    program = active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    check_search(search, program)
    listing = _Listing(reading, program, search)
    if search.query:
        return listing.found(ids_named(reading, search.query, named), limit, after)
    return listing.page(limit, after)


def load_advocates(listed: Iterable[ListedMember]) -> Names:
    """The names of the advocates of listed members, and of those who go on for closed ones."""
    members = [one.member for one in listed]
    above = (one.referral.advocate for one in members if one.referral)
    return load_names([], *above, *(one.merged_into for one in members if one.merged_into))


class _Listing:
    """One list. Its rows are read from the directory, and each row is checked against the member
    and the account as they are now.
    """

    def __init__(self, reading: Reading, program: Program, search: MemberSearch) -> None:
        self._reading, self._program, self._search = reading, program, search
        group = program.group_named(search.group)
        self._by_volume = group if group and not group.assigned else None
        self._descending = search.sort != LOGIN
        self._listed = search.status or EVERYBODY
        if group and group.assigned:
            self._listed = directory.group_list(group.id)

    def page(self, limit: int, after: str) -> ListedMembers:
        if self._listed in (GUEST, ERASED):
            return self._exact(RowRange(keys.directory(self._listed, JOINED)), limit, after)
        is_filtered = self._by_volume or (self._search.group and self._search.status)
        if self._search.sort in (JOINED, LOGIN) and not is_filtered:
            return self._exact(self._range(self._search.sort), limit, after)
        if after.startswith(BY_ROW):
            return self._walk(limit, after.removeprefix(BY_ROW))
        wanted, candidates = self._range(self._search.sort), self._candidates()
        first = list_rows(candidates, max(limit, MOST_SORTED) + 1)
        if len(first) <= MOST_SORTED:
            return self._sorted(members_of(first), limit, after)
        return self._walk(limit, "", first if candidates == wanted else None)

    def _candidates(self) -> RowRange:
        """The smallest directory list that contains all members of the search."""
        if self._by_volume:
            return self._range(JOINED, EVERYBODY)
        return self._range(self._search.sort if self._listed in WIDE else JOINED)

    def found(self, named: Sequence[str], limit: int, after: str) -> ListedMembers:
        """Members whose id, login, code or e-mail address is the query, and members with words that
        begin with the query's words.
        """
        words = query_words(self._search.query)
        ranges = [directory.begins_with(keys.directory_words(word), word) for word in words]
        if after.startswith(BY_WORD):
            sort_key = after.removeprefix(BY_WORD)
            going_on = [
                words_range for words_range in ranges if sort_key.startswith(words_range.least)
            ]
            return (
                self._by_word(going_on[0], limit, sort_key)
                if going_on
                else self._sorted([], limit, "")
            )
        most = max(limit, MOST_SORTED) + 1
        found = {words_range: list_rows(words_range, most) for words_range in ranges}
        fewest = min(found, key=lambda words_range: len(found[words_range]), default=None)
        rows = found[fewest] if fewest else []
        if fewest and len(rows) > MOST_SORTED:
            return self._by_word(fewest, limit, "", rows)
        return self._sorted([*named, *members_of(rows)], limit, after, named)

    def _range(self, sort: str, listed: str | None = None) -> RowRange:
        if sort in (JOINED, LOGIN):
            partition = keys.directory(listed or self._listed, sort)
            return RowRange(partition, descending=sort == JOINED)
        order = directory.money_order(sort, self._program.currency)
        wanted = RowRange(keys.directory(EVERYBODY, order), descending=True)
        return self._volumes(wanted) if self._by_volume and sort == VOLUME else wanted

    def _volumes(self, wanted: RowRange) -> RowRange:
        """Only the rows with a volume that puts advocates into the group of the search."""
        floors = [group.min_volume or 0 for group in self._program.groups if not group.assigned]
        floor = (self._by_volume.min_volume if self._by_volume else None) or 0
        ceiling = min((other for other in floors if other > floor), default=None)
        return wanted._replace(
            least=directory.least_amount(floor),
            most=directory.LAST if ceiling is None else directory.least_amount(ceiling),
        )

    def _exact(self, wanted: RowRange, limit: int, after: str) -> ListedMembers:
        """A list in which the search asks for the member of every row. The first page also has the
        number of members.
        """
        found = read_page(wanted, limit, after)
        listed = self._load(members_of(found.rows))
        matching = [
            one
            for row, one in zip(found.rows, listed, strict=True)
            if row.key in directory.member_rows(one.member)
        ]
        return ListedMembers(matching, found.last, self._program, found.total)

    def _sorted(
        self, ids: Iterable[str], limit: int, after: str, named: Sequence[str] = ()
    ) -> ListedMembers:
        """At most `MOST_SORTED` members, sorted by their current values."""
        words = query_words(self._search.query)
        by_sort_key = {
            self._sort_key(one): one
            for one in self._load(dict.fromkeys(ids))
            if self._fits(one) and (one.member.id in named or fits(search_words(one.member), words))
        }
        sort_keys = sorted(by_sort_key, reverse=self._descending)
        rest = [sort_key for sort_key in sort_keys if not after or self._follows(sort_key, after)]
        last = rest[limit - 1] if len(rest) > limit else None
        total = None if after else Count(len(sort_keys), True)
        return ListedMembers(
            [by_sort_key[sort_key] for sort_key in rest[:limit]], last, self._program, total
        )

    def _follows(self, sort_key: str, after: str) -> bool:
        return sort_key < after if self._descending else sort_key > after

    def _walk(
        self, limit: int, after: str, first: Sequence[DirectoryItem] | None = None
    ) -> ListedMembers:
        """A page of a list that also has rows of other members. Their rows are read and left out."""

        def is_row(row: DirectoryItem, one: ListedMember) -> bool:
            return self._sort_key(one) == row.sk

        return self._through(self._range(self._search.sort), is_row, limit, after, BY_ROW, first)

    def _by_word(
        self, wanted: RowRange, limit: int, after: str, first: Sequence[DirectoryItem] | None = None
    ) -> ListedMembers:
        """Members in the order of their words, if they are too many to sort. A member stands at the
        first of their words that fits.
        """
        words = query_words(self._search.query)

        def is_row(row: DirectoryItem, one: ListedMember) -> bool:
            own = search_words(one.member)
            fitting = [word for word in own if word.startswith(wanted.least)]
            first = min(fitting, default=None)
            return first == directory.word_of(row) and fits(own, words)

        return self._through(wanted, is_row, limit, after, BY_WORD, first)

    def _through(
        self,
        wanted: RowRange,
        is_row: Callable[[DirectoryItem, ListedMember], bool],
        limit: int,
        after: str,
        mark: str,
        first: Sequence[DirectoryItem] | None = None,
    ) -> ListedMembers:
        """A page of the rows that pass `is_row`. `first` are rows that were read already; `mark` is
        written before the cursor.
        """
        matching: list[ListedMember] = []
        for _ in range(MOST_ROUNDS):
            rows = first[: limit + 1] if first else list_rows(wanted, limit + 1, after)
            first = None
            listed = self._load(members_of(rows[:limit]))
            for row, one in zip(rows, listed, strict=False):
                after = row.sk
                if self._fits(one) and is_row(row, one):
                    matching.append(one)
                if len(matching) == limit and row is not rows[-1]:
                    return ListedMembers(matching, mark + after, self._program)
            if len(rows) <= limit:
                return ListedMembers(matching, None, self._program)
        return ListedMembers(matching, mark + after, self._program)

    def _load(self, ids: Iterable[str]) -> list[ListedMember]:
        """The members with these ids as they are now, in the order of the ids."""
        ids, currency = list(ids), self._program.currency
        self._reading.fetch(
            *((MemberItem, keys.member(name)) for name in ids),
            *((AccountItem, keys.account(name, currency)) for name in ids),
        )
        return [self._listed_member(name) for name in ids]

    def _listed_member(self, member_id: str) -> ListedMember:
        item = self._reading.item(MemberItem, keys.member(member_id))
        member = member_of(item) if item else Member(member_id)
        currency = self._program.currency
        key = keys.account(member_id, currency)
        account = account_of(member_id, currency, self._reading.item(AccountItem, key))
        return ListedMember(member, account, self._program.group(member.group, account.volume))

    def _fits(self, one: ListedMember) -> bool:
        status, group = self._search.status, self._search.group
        if not status and (one.member.erased or one.member.merged_into):
            return bool(self._search.query)
        if not status and not one.member.registered:
            return bool(self._search.query)
        is_in_group = not group or (one.group is not None and one.group.id == group)
        return status in ("", one.member.status) and is_in_group

    def _sort_key(self, one: ListedMember) -> str:
        """The sort key of a member in the order of the search, as the directory has it."""
        if self._search.sort == JOINED:
            return directory.joined_sort_key(one.member)
        if self._search.sort == LOGIN:
            return directory.login_sort_key(one.member)
        balance = self._search.sort == BALANCE
        amount = one.account.balance if balance else one.account.volume
        return directory.amount_sort_key(amount, one.member.id)
