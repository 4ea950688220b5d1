"""Hypothesis strategies: programs, orders and whole histories in which anything may happen."""

from hypothesis import strategies as st

from tests.support.programs_and_histories import SEED_TREE, day

PEOPLE = [name for name, _ in SEED_TREE]
percents = st.integers(0, 300_000).map(lambda parts: f"{parts // 10_000}.{parts % 10_000:04d}")
amounts = st.integers(0, 20_000)
rewards = percents.map(lambda percent: {"percent": percent}) | amounts.map(
    lambda fixed: {"fixed": fixed}
)
levels_credit = st.builds(
    lambda levels, customer: {"system": "levels", "levels": levels, "customer": customer},
    st.lists(rewards, max_size=4),
    st.none() | rewards,
)
recursive_credit = st.builds(
    lambda percent, most: {"system": "recursive", "percent": percent, "max_levels": most},
    percents,
    st.none() | st.integers(1, 5),
)


def _group(name: str, volume: int | None, levels: list) -> dict:
    reach = {"assigned": True} if volume is None else {"min_volume": volume}
    return {"id": name, "name": name, "levels": levels, **reach}


groups = st.builds(
    lambda staff, silver, volume: [_group("staff", None, staff), _group("silver", volume, silver)],
    st.lists(rewards, max_size=2),
    st.lists(rewards, max_size=2),
    amounts,
)
limits = st.fixed_dictionaries(
    {"amount": amounts}, optional={"from": st.just(day(20)), "until": st.just(day(80))}
)
rules = st.fixed_dictionaries(
    {},
    optional={
        "total_days": st.integers(0, 90),
        "payment_minimum": amounts,
        "max_bonus": amounts,
        "min_bonus": amounts,
        "max_per_advocate": limits,
        "total_payments": st.integers(0, 4),
    },
)
friends = st.fixed_dictionaries(
    {},
    optional={
        "bonus": st.builds(lambda reward, once: reward | {"once": once}, rewards, st.booleans()),
        "new_customers_only": st.booleans(),
    },
)
activities = st.builds(
    lambda since, length: {
        "from": None if since is None else day(since),
        "until": None if length is None else day((since or 0) + length),
    },
    st.none() | st.integers(0, 60),
    st.none() | st.integers(1, 60),
)
programs = st.fixed_dictionaries(
    {
        "id": st.just("world"),
        "name": st.just("World"),
        "currency": st.just("EUR"),
        "credit": levels_credit | recursive_credit,
    },
    optional={
        "base": st.sampled_from(["items_net", "items_list", "paid_total"]),
        "earn_on": st.sampled_from(["paid", "completed"]),
        "hold_days": st.integers(0, 30),
        "groups": groups,
        "rules": rules,
        "friend": friends,
        "active": activities,
        "wallet": st.fixed_dictionaries({"credit_reduces_base": st.booleans()}),
    },
)

refunds = st.builds(
    lambda number, amount, items, credit, status, at: {
        "id": f"re_{number}",
        "amount": amount,
        "items_amount": items,
        "credit": credit,
        "at": day(at),
        "status": status,
    },
    st.integers(1, 4),
    amounts,
    st.none() | amounts,
    st.none() | amounts,
    st.sampled_from(["succeeded", "succeeded", "pending", "failed"]),
    st.integers(1, 99),
)
some_refunds = st.lists(refunds, max_size=3, unique_by=lambda refund: refund["id"])
disputes = st.builds(
    lambda number, amount, status, at: {
        "id": f"dp_{number}",
        "amount": amount,
        "status": status,
        "at": day(at),
    },
    st.integers(1, 2),
    st.none() | amounts,
    st.sampled_from(["open", "won", "lost", "cancelled"]),
    st.integers(1, 99),
)
some_disputes = st.lists(disputes, max_size=2, unique_by=lambda dispute: dispute["id"])


six = st.integers(1, 6)
anybody = st.sampled_from(PEOPLE)


@st.composite
def facts(draw, numbers=six, customers=anybody) -> dict:
    """The facts of one order as a shop might send them at one time."""
    items = draw(st.integers(0, 40_000))
    number = draw(numbers)
    return {
        "id": str(number),
        "customer": {"id": draw(customers)},
        "status": draw(
            st.sampled_from(["placed", "paid", "completed", "completed", "completed", "cancelled"])
        ),
        "placed_at": day(number),
        "paid_at": draw(st.none() | st.just(day(number + 1))),
        "completed_at": draw(st.none() | st.integers(2, 60).map(day)),
        "currency": "EUR",
        "items_total": items,
        "discount_total": draw(st.integers(0, items)),
        "tax_total": draw(st.integers(0, 5_000)),
        "shipping_total": draw(st.integers(0, 1_000)),
        "other_total": draw(st.just(0) | st.integers(0, 5_000)),
        "credit_used": draw(st.none() | st.integers(0, 2_000)),
        "refunds": draw(some_refunds),
        "refunds_complete": draw(st.sampled_from([False, False, False, True])),
        "refunded_total": draw(st.none() | amounts),
        "disputes": draw(st.just([]) | some_disputes),
        "disputed": draw(st.none() | st.booleans()),
    }


sightings = st.builds(
    lambda at, order: {"type": "order", "at": day(at), "order": order}, st.integers(3, 99), facts()
)
happenings = st.one_of(
    sightings,
    sightings,
    sightings,
    st.builds(
        lambda kind, name, at: {"type": kind, "member": name, "at": day(at)},
        st.sampled_from(["blocked", "unblocked"]),
        st.sampled_from(PEOPLE),
        st.integers(3, 99),
    ),
    st.builds(
        lambda name, at: {"type": "referral_ended", "friend": name, "at": day(at)},
        st.sampled_from(PEOPLE),
        st.integers(3, 99),
    ),
    st.builds(
        lambda name, group: {
            "type": "group_assigned",
            "member": name,
            "group": group,
            "at": day(3),
        },
        st.sampled_from(PEOPLE),
        st.sampled_from(["staff", None]),
    ),
    st.builds(
        lambda name, amount, number: {
            "type": "redeemed",
            "member": name,
            "amount": amount,
            "order": str(number),
            "at": day(50),
        },
        st.sampled_from(PEOPLE),
        st.integers(1, 500),
        st.integers(1, 6),
    ),
)
histories = st.lists(happenings, max_size=25)


@st.composite
def spelled(draw: st.DrawFn, text: str) -> str:
    """A code or login as somebody may type it: case, blanks, dashes, invisible signs, an end."""
    between = st.sampled_from(["", "", "", "-", " ", "\u2013", "\u2212", "\u200b", "\u00a0"])
    letters = "".join(draw(st.sampled_from([c, c.swapcase()])) + draw(between) for c in text)
    around = st.sampled_from(["", ".", " ", "/", ")", "!", "\ufeff", "\u201d"])
    return draw(around) + letters + draw(around)
