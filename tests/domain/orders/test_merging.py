"""What is known of an order is a join: late, doubled, shuffled and split tellings end in the same order and the same balances."""

from hypothesis import given
from hypothesis import strategies as st

from shared.backtest.history import hash_email
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.merging import merge_facts
from shared.domain.orders.sources import Source
from shared.domain.programs.program_document import parse_program
from tests.support.programs_and_histories import (
    START,
    again,
    day,
    levels,
    order,
    play,
    program,
    refund,
    tree,
)
from tests.support.strategies import facts, programs

one_order = facts(numbers=st.just(1), customers=st.just("I"))
seconds = st.integers(0, 4)
customers = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["I", "J"]),
        "email": st.sampled_from(["i@example.com", "j@example.com"]),
    },
)


@st.composite
def tellings(draw) -> OrderFacts:
    """One telling of order 1, whole or with fields left out."""
    document = draw(one_order)
    left_out = draw(st.sets(st.sampled_from(sorted(set(document) - {"id"})), max_size=6))
    if "items_total" in left_out or "currency" in left_out:
        left_out |= {"items_total", "currency"}
    partial = {name: value for name, value in document.items() if name not in left_out}
    if "customer" not in left_out:
        partial["customer"] = draw(customers)
    as_of, source = START.replace(second=draw(seconds)), draw(st.sampled_from(Source))
    return parse_order(partial, "1", as_of, hash_email, whole=False, source=source)


@given(tellings(), tellings())
def test_merging_commutes(one: OrderFacts, two: OrderFacts) -> None:
    assert merge_facts(one, two) == merge_facts(two, one)


@given(tellings(), tellings(), tellings())
def test_merging_associates(one: OrderFacts, two: OrderFacts, three: OrderFacts) -> None:
    assert merge_facts(merge_facts(one, two), three) == merge_facts(one, merge_facts(two, three))


@given(tellings(), tellings())
def test_merging_again_changes_nothing(one: OrderFacts, two: OrderFacts) -> None:
    both = merge_facts(one, two)
    assert merge_facts(both, one) == both == merge_facts(both, two)
    assert merge_facts(one, one) == one


@given(
    programs,
    st.lists(
        st.tuples(st.integers(3, 99), one_order),
        min_size=1,
        max_size=4,
        unique_by=lambda seen: seen[0],
    ),
    st.data(),
)
def test_any_order_of_arrival_ends_in_the_same_balances(
    terms: dict, seen: list, data: st.DataObject
) -> None:
    """Alone among themselves: what else happened between them froze nothing."""
    events = [{"type": "order", "at": day(at), "order": order} for at, order in seen]
    shuffled = data.draw(st.permutations([*events, *events[:2]]))
    people = tree(("A", None), ("B", "A"), ("I", "B"))
    straight, mixed = (
        play(parse_program(terms), *people, *lines)
        for lines in (sorted(events, key=lambda line: line["at"]), shuffled)
    )
    assert {name: row["balance"] for name, row in straight["members"].items()} == {
        name: row["balance"] for name, row in mixed["members"].items()
    }
    assert sorted(map(str, straight["rewards"])) == sorted(map(str, mixed["rewards"]))


def test_a_later_line_of_one_instant_is_the_newer() -> None:
    first = order("1", "B", 10_000, 2)
    events = [first, again(first, 2, items_total=8_000), again(first, 2, items_total=9_000)]
    assert play(program(), *tree(), *events)["totals"]["kept"] == 9_000


@given(
    st.integers(1, 100_000),
    st.lists(st.integers(1, 99), min_size=1, max_size=6),
    st.integers(0, 3_000),
    st.integers(0, 900),
)
def test_part_refunds_in_any_split_return_exactly(
    items: int, shares: list[int], tax: int, shipping: int
) -> None:
    money, terms = items + tax + shipping, program(levels("3.33", "1.07"), base="paid_total")
    cuts = [money * sum(shares[: place + 1]) // sum(shares) for place in range(len(shares))]
    parts = [
        refund(cut - before, name=f"re_{place}")
        for place, (before, cut) in enumerate(zip([0, *cuts], cuts, strict=False))
    ]
    sold = order("1", "C", items, 2, tax_total=tax, shipping_total=shipping)
    seen = [again(sold, 3 + place, refunds=parts[: place + 1]) for place in range(len(parts))]
    result = play(terms, *tree(("A", None), ("B", "A"), ("C", "B")), sold, *seen)
    assert result["rewards"] == []
    assert all(row["earned"] == row["clawed_back"] for row in result["members"].values())
    assert result["totals"]["kept"] == 0
