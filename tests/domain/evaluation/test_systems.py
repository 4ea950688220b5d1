"""The four systems that the product replaces, with their own numbers, played on the presets."""

from shared.domain.programs.program_document import parse_program
from shared.presets import load_preset
from tests.support.programs_and_histories import (
    SEED_TREE,
    again,
    day,
    member,
    order,
    play,
    program,
    refund,
    rewards,
    tree,
)


def test_levels_pay_50_100_80_60_of_a_1000_purchase() -> None:
    result = play(
        parse_program(load_preset("level_based")), *tree(*SEED_TREE), order("1", "I", 100_000, 5)
    )
    assert rewards(result) == {
        ("1", "I", 0): 5_000,
        ("1", "F", 1): 10_000,
        ("1", "C", 2): 8_000,
        ("1", "A", 3): 6_000,
    }


def test_a_fourth_advocate_earns_nothing_of_three_levels() -> None:
    edges = (("Z", None), ("A", "Z"), ("C", "A"), ("F", "C"), ("I", "F"))
    result = play(
        parse_program(load_preset("level_based")), *tree(*edges), order("1", "I", 100_000, 5)
    )
    assert result["members"]["Z"]["balance"] == 0
    assert ("1", "A", 3) in rewards(result)


def test_recursive_pays_100_10_1() -> None:
    result = play(
        parse_program(load_preset("recursive")), *tree(*SEED_TREE), order("1", "I", 100_000, 5)
    )
    assert rewards(result) == {("1", "F", 1): 10_000, ("1", "C", 2): 1_000, ("1", "A", 3): 100}


def test_recursive_ends_where_an_amount_rounds_to_nothing() -> None:
    chain = [("A0", None), *((f"A{depth}", f"A{depth - 1}") for depth in range(1, 13))]
    terms = program({"system": "recursive", "percent": "25"})
    amounts = sorted(
        (level, amount)
        for (_, _, level), amount in rewards(
            play(terms, *tree(*chain), order("1", "A12", 100_000, 5))
        ).items()
    )
    assert [amount for _, amount in amounts] == [25_000, 6_250, 1_563, 391, 98, 25, 6, 2, 1]


def test_recursive_ends_at_once_where_a_group_earns_nothing() -> None:
    nothing = {"id": "staff", "name": "Employees", "assigned": True, "levels": [{"percent": "0"}]}
    terms = program({"system": "recursive", "percent": "50"}, groups=[nothing])
    assigned = {"type": "group_assigned", "member": "F", "group": "staff", "at": day(1)}
    assert rewards(play(terms, *tree(*SEED_TREE), assigned, order("1", "I", 100_000, 5))) == {}


def test_recursive_stops_at_max_levels() -> None:
    terms = program({"system": "recursive", "percent": "10", "max_levels": 2})
    assert len(play(terms, *tree(*SEED_TREE), order("1", "I", 100_000, 5))["rewards"]) == 2


def test_volume_groups_pay_by_the_volume_before_the_order() -> None:
    orders = [
        order(f"{number}", "B", items, number)
        for number, items in ((1, 80_000), (2, 40_000), (3, 10_000))
    ]
    result = play(parse_program(load_preset("volume_groups")), *tree(), *orders)
    assert rewards(result) == {("1", "A", 1): 2_400, ("2", "A", 1): 1_200, ("3", "A", 1): 500}
    assert (
        result["members"]["A"] | {"volume": 130_000, "group": "silver", "earned": 4_100}
        == result["members"]["A"]
    )


def test_volume_shrinks_with_a_refund_and_with_the_end_of_a_referral() -> None:
    second = order("2", "C", 60_000, 2)
    events = [*tree(("A", None), ("B", "A"), ("C", "A")), order("1", "B", 60_000, 1), second]
    terms = parse_program(load_preset("volume_groups"))
    assert play(terms, *events)["members"]["A"]["group"] == "silver"
    refunded = [*events, again(second, 3, refunds=[refund(30_000)])]
    assert play(terms, *refunded)["members"]["A"]["volume"] == 90_000
    ended = [
        *refunded,
        {"type": "referral_ended", "friend": "C", "at": day(4)},
        again(second, 5, refunds=[refund(60_000)]),
    ]
    assert (
        play(terms, *ended)["members"]["A"] | {"volume": 60_000, "group": "start"}
        == play(terms, *ended)["members"]["A"]
    )


def test_a_friend_who_comes_back_brings_new_volume_only() -> None:
    events = [
        *tree(),
        order("1", "B", 60_000, 1),
        {"type": "referral_ended", "friend": "B", "at": day(2)},
        member("B", "A", 3),
    ]
    late = again(order("1", "B", 60_000, 1), 5, refunds=[refund(60_000)])
    terms = program(friend={"new_customers_only": False})
    assert play(terms, *events, order("2", "B", 5_000, 4), late)["members"]["A"]["volume"] == 5_000


def test_peer_to_peer_holds_the_reward_14_days() -> None:
    sold = [*tree(), order("1", "B", 10_000, 5.5)]
    terms = parse_program(load_preset("peer_to_peer"))
    blocked_before = play(terms, *sold, {"type": "blocked", "member": "A", "at": day(19.9)})
    blocked_after = play(terms, *sold, {"type": "blocked", "member": "A", "at": day(20)})
    assert (blocked_before["members"]["A"]["forfeited"], blocked_before["rewards"]) == (1_000, [])
    assert (
        blocked_after["members"]["A"]["forfeited"],
        blocked_after["members"]["A"]["balance"],
    ) == (0, 1_000)


def test_advocate_rules_use_every_rule() -> None:
    document = load_preset("advocate_rules")
    assert all(value is not None for value in document["rules"].values())
    result = play(
        parse_program(document),
        *tree(),
        order("1", "B", 100_000, 5),
        order("2", "B", 2_499, 6),
        order("3", "B", 2_500, 7),
    )
    assert rewards(result) == {
        ("1", "A", 1): 5_000,
        ("1", "B", 0): 500,
        ("3", "A", 1): 500,
        ("3", "B", 0): 500,
    }
