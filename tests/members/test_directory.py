"""Lists of members: sorted, filtered, searched, whatever was done to the members before."""

import itertools
from itertools import count

import pytest

from functions import update_daily_totals
from shared.domain.document import InvalidDocument
from shared.domain.staff_action import StaffAction
from shared.members import directory as listing
from shared.members.blocking import block_member, unblock_member
from shared.members.directory import list_members
from shared.members.erasure import erase_member
from shared.members.group_assignment import assign_group
from shared.members.member_search import MemberSearch
from shared.store import directory_rebuild, engine, keys
from shared.store.attributions import directory
from shared.store.attributions.directory import Count, DirectoryItem
from shared.store.attributions.members import MemberItem, member_of
from shared.store.engine import find
from tests.support.followed_ledger import follow_ledger
from tests.support.killed_process import kill_at_call
from tests.support.shop import NOON, Shop, hash_email
from tests.support.table_streams import lambda_event, stream_records

GROUPS = [
    {"id": "vip", "assigned": True, "levels": [{"percent": "20"}]},
    {"id": "silver", "min_volume": 5_000, "levels": [{"percent": "12"}]},
    {"id": "gold", "min_volume": 50_000, "levels": [{"percent": "15"}]},
]
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
    "groups": [group | {"name": group["id"], "description": ""} for group in GROUPS],
}
ACTION = StaffAction("staff:key", "test", NOON, "because")


@pytest.fixture
def shop(tables):
    return Shop(**TERMS)


def listed(limit: int = 100, **search: str) -> list[str]:
    """The ids of all pages."""
    found, after = [], ""
    while after is not None:
        page = list_members(MemberSearch(**search), hash_email, limit, after)
        found += [one.member.public_id for one in page.members]
        after = page.last
    return found


@pytest.fixture(params=["few", "many"])
def size(request, monkeypatch):
    """Each order in both ways: few members are sorted as they are, many by their rows."""
    if request.param == "many":
        monkeypatch.setattr(listing, "MOST_SORTED", 0)


class TestSorting:
    @pytest.fixture
    def four(self, shop):
        for name, login in (("A", "dora"), ("B", "Carl"), ("C", "bert"), ("D", "Anna")):
            shop.later(days=1)
            shop.member(name, login=login)
        for friend, advocate, items in (("F", "carl", 90_000), ("G", "Anna", 10_000)):
            shop.member(friend, login=f"x{friend}", referrer_login=advocate)
            shop.order(f"O{friend}", items, customer={"id": friend})
        follow_ledger()
        return shop

    @pytest.mark.parametrize("limit", [1, 2, 100])
    def test_newest_first_then_by_login_balance_and_volume(self, four, size, limit):
        assert listed(limit) == ["G", "F", "D", "C", "B", "A"]
        assert listed(limit, sort="login") == ["D", "C", "B", "A", "F", "G"]
        assert listed(limit, sort="balance")[:2] == ["B", "D"]
        assert listed(limit, sort="volume")[:2] == ["B", "D"]
        for sort in ("balance", "volume"):
            assert sorted(listed(limit, sort=sort)) == ["A", "B", "C", "D", "F", "G"]

    def test_a_balance_that_changed_stands_once_at_its_new_place(self, four, size):
        four.order("OF", 90_000, customer={"id": "F"}, refunds=[{"id": "r", "amount": 90_000}])
        follow_ledger()
        assert listed(sort="balance")[0] == "D"
        assert sorted(listed(sort="balance")) == ["A", "B", "C", "D", "F", "G"]

    def test_a_batch_that_comes_twice_changes_nothing(self, four, size):
        four.order("OF", 90_000, customer={"id": "F"}, refunds=[{"id": "r", "amount": 80_000}])
        records = follow_ledger()
        before = rows_of("B")
        update_daily_totals.handler(records, None)
        assert rows_of("B") == before

    def test_a_first_page_says_how_many_there_are(self, four):
        page = list_members(MemberSearch(), hash_email, 2)
        assert page.total == Count(6, True)

    def test_more_than_are_counted_are_told_so(self, four, monkeypatch):
        monkeypatch.setattr(directory, "MOST_COUNTED", 3)
        assert list_members(MemberSearch(), hash_email, 2).total == Count(3, False)


class TestFilters:
    @pytest.fixture
    def mixed(self, shop):
        for name in "ABCDE":
            shop.later(days=1)
            shop.member(name, login=f"l{name.lower()}")
        for friend, advocate, items in (("F", "lb", 60_000), ("G", "lc", 6_000)):
            shop.member(friend, referrer_login=advocate)
            shop.order(f"O{friend}", items, customer={"id": friend})
        shop.order("OH", 100, customer={"email": "guest@example.com"})
        assign_group("D", "vip", ACTION)
        assign_group("E", "vip", ACTION)
        block_member("E", ACTION)
        block_member("A", ACTION)
        follow_ledger()
        return shop

    def test_by_status(self, mixed, size):
        assert listed(status="blocked") == ["E", "A"]
        assert listed(status="active") == ["G", "F", "D", "C", "B"]
        assert listed(status="active", sort="balance")[:2] == ["B", "C"]
        assert listed(status="guest") == ["guest:hash-of-guest@example.com"]
        assert listed(status="erased") == []

    def test_by_group_assigned_and_reached(self, mixed, size):
        assert listed(group="vip") == ["E", "D"]
        assert listed(group="vip", status="active") == ["D"]
        for sort in directory.SORTS:
            assert listed(group="gold", sort=sort) == ["B"]
            assert listed(group="silver", sort=sort) == ["C"]

    def test_who_was_a_guest_is_listed_once_they_register(self, mixed, size):
        mixed.member("H", email="guest@example.com")
        assert listed(status="guest") == []
        assert listed()[0] == "H"
        assert listed(sort="balance", query="") and "H" in listed(sort="balance")

    def test_what_there_is_not_is_refused_by_name(self, mixed):
        for wrong in ({"sort": "age"}, {"status": "sad"}, {"group": "none"}, {"query": "x" * 257}):
            with pytest.raises(InvalidDocument):
                listed(**wrong)


class TestSearch:
    @pytest.fixture
    def people(self, shop):
        shop.member(
            "Anna", name="Änne Schmidt-Öz", email="Anna.Berg@Mail.example.com", code="GHK-33"
        )
        shop.member("U-77", login="o.neil", name="Anna Straße", code="PQR-44")
        shop.member("X", login="zoe", code="ZOE-99", name="Zoë")
        return shop

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("anna", ["U-77", "Anna"]),
            ("ANN", ["U-77", "Anna"]),
            ("änn", ["Anna"]),
            ("schmi", ["Anna"]),
            ("öz", ["Anna"]),
            ("berg", ["Anna"]),
            ("anna.berg@ma", ["Anna"]),
            ("ANNA.BERG@mail.example.com", ["Anna"]),
            ("example", ["Anna"]),
            ("mail.ex", ["Anna"]),
            ("strasse", ["U-77"]),
            ("anna str", ["U-77"]),
            ("neil", ["U-77"]),
            ("u-77", ["U-77"]),
            ("u77", ["U-77"]),
            ("x", ["X"]),
            ("nna", []),
            ("com", []),
            ("?!", []),
        ],
    )
    def test_by_the_beginning_of_any_word(self, people, size, query, found):
        assert sorted(listed(query=query)) == sorted(found)

    def test_by_code_however_it_is_typed(self, people, size):
        code = find(MemberItem, keys.member("X")).code
        for typed in (code, code.lower(), code.replace("-", ""), code[:6]):
            assert listed(query=typed) == ["X"]

    @pytest.mark.parametrize("limit", [1, 3])
    def test_each_is_found_once_whatever_fits(self, people, size, limit):
        shop = people
        for number in range(4):
            shop.member(
                f"N{number}", login=f"ann{number}", name="Ann Annika", email=f"ann{number}@a.de"
            )
        assert sorted(listed(limit, query="ann")) == sorted(
            ["Anna", "U-77", "N0", "N1", "N2", "N3"]
        )

    def test_few_that_are_found_are_sorted_as_asked(self, people):
        people.later(days=1)
        people.member("N", login="annika")
        assert listed(query="ann", sort="login") == ["Anna", "N", "U-77"]

    def test_a_guest_is_found_by_the_whole_address(self, people):
        people.order("O1", 100, customer={"email": "Guest@example.com"})
        assert listed(query="guest@example.com") == ["guest:hash-of-guest@example.com"]


def rows_of(member_id: str) -> list[tuple[str, str]]:
    """Every row of the directory that is about a member."""
    return sorted(
        (item.pk, item.sk)
        for item in DirectoryItem.scan(DirectoryItem.member == member_id, consistent_read=True)
        if item.pk.startswith("DIRECTORY#")
    )


def due_rows(member_id: str, balance: int = 0, volume: int = 0) -> list[tuple[str, str]]:
    member = member_of(find(MemberItem, keys.member(member_id)))
    return sorted(
        tuple(key)
        for key in {
            *directory.member_rows(member),
            *directory.account_rows(member_id, "EUR", balance, volume),
        }
    )


CHANGES = {
    "rename": lambda shop: shop.member("Anna", login="bella", name="Bella"),
    "move": lambda shop: shop.member("Anna", login="anna", email="other@example.com"),
    "block": lambda shop: block_member("Anna", ACTION),
    "unblock": lambda shop: unblock_member("Anna", ACTION),
    "group": lambda shop: assign_group("Anna", "vip", ACTION),
    "no group": lambda shop: assign_group("Anna", None, ACTION),
}


@pytest.mark.parametrize("changes", list(itertools.permutations(CHANGES, 2)), ids="-".join)
def test_after_any_two_changes_the_rows_are_those_of_the_member(shop, changes):
    shop.member("Anna", name="Anna", email="anna@example.com")
    for change in changes:
        CHANGES[change](shop)
    assert rows_of("Anna") == due_rows("Anna")


def test_an_erased_member_leaves_no_row_with_a_name(shop):
    shop.member("Anna", name="Anna Berg", email="anna@example.com")
    erase_member("Anna", ACTION)
    assert listed(query="berg") == [] and listed() == [] and listed(status="erased") == ["Anna"]
    assert [row for row in rows_of("Anna") if "berg" in row[1] or "#login" in row[0]] == []


def test_two_changes_at_once_leave_the_rows_of_one_member(shop, monkeypatch):
    """Somebody blocks Anna between the reading and the writing of her new name."""
    shop.member("Anna", name="Anna")
    write, raced = engine.write, []

    def racing(writes):
        if not raced:
            raced.append(True)
            block_member("Anna", ACTION)
        write(writes)

    monkeypatch.setattr(engine, "write", racing)
    shop.member("Anna", login="bella", name="Bella")
    assert rows_of("Anna") == due_rows("Anna") and listed(status="blocked") == ["Anna"]


def test_the_directory_is_listed_anew_from_what_is_stored(shop, monkeypatch):
    """Page by page, as after an upgrade from a release that had none."""
    monkeypatch.setattr(directory_rebuild, "ITEMS_A_PAGE", 7)
    shop.member("Anna", name="Anna")
    shop.member("Ben", referrer_login="anna")
    shop.order("O1", customer={"id": "Ben"})
    shop.order("O2", customer={"email": "guest@example.com"})
    follow_ledger()
    before = all_rows()
    with DirectoryItem.batch_write() as batch:
        for pk, sk in before:
            batch.delete(DirectoryItem(pk, sk))
    assert listed() == [] and all_rows() == []
    for _ in range(2):
        after = ""
        while after is not None:
            after = directory_rebuild.rebuild_page("EUR", after).last
        assert all_rows() == before


def all_rows() -> list[tuple[str, str]]:
    found = DirectoryItem.scan(DirectoryItem.pk.startswith("DIRECTORY#"), consistent_read=True)
    return sorted((item.pk, item.sk) for item in found)


@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
def test_a_reader_that_dies_at_any_call_leaves_each_member_listed_once(shop, answered):
    """The batch comes again to another process, and in between nobody is listed nowhere."""
    shop.member("Anna")
    shop.member("Ben", referrer_login="anna")
    follow_ledger()
    for call in count(1):
        shop.order(f"O{call}{answered}", customer={"id": "Ben"})
        batch = lambda_event(stream_records(("LEDGER_TABLE",)))
        died = kill_at_call("update_daily_totals", batch, call, answered)
        assert sorted(listed(sort="volume")) == ["Anna", "Ben"]
        update_daily_totals.handler(batch, None)
        assert rows_of("Anna") == due_rows("Anna", shop.balance("Anna"), shop.volume("Anna"))
        if not died:
            break
    assert call > 3
