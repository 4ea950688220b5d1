"""Which signs show that friend and advocate are one person, and what a program does about each."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.document import InvalidDocument
from shared.domain.evaluation.decision import NOTHING_POSTED, Decision, decide
from shared.domain.evaluation.deductions import list_forfeits
from shared.domain.evaluation.posted import PostedState
from shared.domain.ledger.entry import ADJUSTMENT, REWARD
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.lots import lots_of
from shared.domain.orders.facts import OrderFacts, OrderTotals, Versioned
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.fraud_signals import (
    BuyerTraces,
    FriendAndAdvocate,
    busiest_hour,
    detect_signals,
    grade_of,
    review_deadline,
)
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program, program_document
from shared.domain.programs.review_terms import ReviewTerms
from shared.domain.programs.signal_codes import GRADED
from shared.domain.rewards.terms import Advocate, Buyer, Referral
from shared.presets import PRESETS, load_preset
from tests.support.programs_and_histories import levels, program

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CUSTOM = ReviewTerms(hold=("same_payment",), refuse=("instant_click",))


def after(**time: float) -> datetime:
    return NOON + timedelta(**time)


class TestGrades:
    @pytest.mark.parametrize("code", GRADED)
    def test_what_nobody_asked_for_is_allowed(self, code):
        assert grade_of(code, ReviewTerms()) == "allow"

    @pytest.mark.parametrize("code", GRADED)
    def test_a_program_holds_or_refuses_each(self, code):
        assert (
            grade_of(code, ReviewTerms(hold=(code,))),
            grade_of(code, ReviewTerms(refuse=(code,))),
        ) == ("hold", "refuse")

    @pytest.mark.parametrize("code", ["same_member", "same_email"])
    def test_the_same_person_is_always_refused(self, code):
        assert grade_of(code, ReviewTerms()) == "refuse"


class TestSigns:
    def test_nothing_known_is_nothing_seen(self):
        assert detect_signals(FriendAndAdvocate(BuyerTraces(), BuyerTraces()), ReviewTerms()) == ()

    def test_a_card_or_a_browser_of_both(self):
        both = BuyerTraces(("b1",), ("c1",))
        assert detect_signals(FriendAndAdvocate(both, both), ReviewTerms()) == (
            "same_payment",
            "own_browser",
        )
        assert (
            detect_signals(FriendAndAdvocate(both, BuyerTraces(("b2",), ("c2",))), ReviewTerms())
            == ()
        )

    def test_a_card_is_no_browser(self):
        assert (
            detect_signals(
                FriendAndAdvocate(BuyerTraces(("x",)), BuyerTraces((), ("x",))), ReviewTerms()
            )
            == ()
        )

    @pytest.mark.parametrize(
        ("seconds", "seen"), [(-0.001, False), (0, True), (4.999, True), (5, False), (3_600, False)]
    )
    def test_an_order_within_5_seconds_of_its_click(self, seconds, seen):
        found = detect_signals(
            FriendAndAdvocate(BuyerTraces(), BuyerTraces(), after(seconds=seconds), (NOON,)),
            ReviewTerms(),
        )
        assert found == (("instant_click",) if seen else ())

    @pytest.mark.parametrize(
        ("sign_ups", "most"),
        [((0, 20, 40), 3), ((0, 59.9), 2), ((0, 60), 1), ((-50, 0, 50), 2), ((-30, -10, 0, 29), 4)],
    )
    def test_an_hour_is_any_hour_around_the_sign_up(self, sign_ups, most):
        instants = [after(minutes=minutes) for minutes in sign_ups]
        assert busiest_hour(instants, NOON) == most
        for count in (most, most + 1):
            meeting = FriendAndAdvocate(
                BuyerTraces(), BuyerTraces(), met_at=NOON, sign_ups=tuple(instants)
            )
            assert (
                "many_sign_ups" in detect_signals(meeting, ReviewTerms(sign_ups_an_hour=count))
            ) is (count == most)

    def test_only_so_many_traces_are_kept(self):
        traces = BuyerTraces()
        for number in range(30):
            traces = traces.seen(f"b{number}", f"c{number % 2}")
        assert (traces.browsers, traces.payments) == (
            tuple(f"b{number}" for number in range(10)),
            ("c0", "c1"),
        )
        assert traces.seen(None, None) == traces


ANNA, BEN = Advocate("A"), Buyer("B", referral=Referral("r", "A", NOON))
TERMS = program(
    levels("10"), review={"hold": ["same_payment"], "refuse": ["instant_click"], "deadline_days": 7}
)


def order(**facts) -> OrderFacts:
    told = {
        "totals": Versioned(NOON, OrderTotals("EUR", 10_000)),
        "completed_at": NOON,
        "paid_at": NOON,
    }
    return OrderFacts("1", **(told | facts))


def decided(
    before: PostedState = NOTHING_POSTED,
    *found: str,
    terms: Program = TERMS,
    at: datetime = NOON,
    **facts,
) -> Decision:
    return decide(order(**facts), terms, before, BEN, [ANNA], at, found)


def judged(before: PostedState, verdict: str) -> PostedState:
    refusal = "review_refused" if verdict == "refused" else None
    return before._replace(terms=before.terms._replace(verdict=verdict, refusal=refusal))


class TestWhatAnOrderDoes:
    def test_an_allowed_sign_is_on_record_and_changes_nothing(self):
        plain, seen = decided(), decided(NOTHING_POSTED, "own_browser")
        assert seen.posted.terms.signals == ("own_browser",)
        assert (seen.deltas, seen.posted.rewards) == (plain.deltas, plain.posted.rewards)

    def test_a_held_reward_has_no_date_and_its_deadline_counts_from_now(self):
        found = decided(NOTHING_POSTED, "same_payment", at=after(days=3))
        assert [(row.net, row.available_on) for row in found.posted.rewards] == [(1_000, None)]
        assert ([delta.reward.available_on for delta in found.deltas], found.date_shifts) == (
            [None],
            (),
        )
        assert (
            found.posted.terms.under_review,
            review_deadline(TERMS.review, found.posted.terms.held_at),
        ) == (True, after(days=10))

    def test_a_refused_sign_refuses_the_chain_and_counts_for_nothing(self):
        found = decided(NOTHING_POSTED, "same_payment", "instant_click")
        assert [refusal.code for refusal in found.outcome.refusals] == ["instant_click"]
        assert (found.deltas, found.volume, found.payments, found.posted.terms.under_review) == (
            (),
            0,
            0,
            False,
        )

    def test_nothing_to_hold_begins_no_review_until_there_is(self):
        nothing = decided(NOTHING_POSTED, "same_payment", cancel_told=NOON)
        assert nothing.posted.terms.held_at is None
        later = decided(nothing.posted, at=after(days=1))
        assert (later.posted.terms.held_at, [row.available_on for row in later.posted.rewards]) == (
            after(days=1),
            [None],
        )

    def test_approved_it_moves_to_its_date_and_a_repeat_moves_nothing(self):
        held = decided(NOTHING_POSTED, "same_payment").posted
        found = decided(judged(held, "approved"), at=after(days=1))
        assert [
            (shift.amount, shift.since, shift.reward.available_on) for shift in found.date_shifts
        ] == [(1_000, None, after(days=1))]
        assert (found.deltas, decided(found.posted, at=after(days=2)).date_shifts) == ((), ())

    def test_refused_it_is_taken_back_without_a_date(self):
        held = decided(NOTHING_POSTED, "same_payment").posted
        found = decided(judged(held, "refused"), at=after(days=1))
        assert [(delta.amount, delta.reward.available_on) for delta in found.deltas] == [
            (-1_000, None)
        ]
        assert (found.volume, found.payments) == (-10_000, -1)
        assert [refusal.code for refusal in found.outcome.refusals] == ["review_refused"]

    def test_a_sign_that_comes_after_the_verdict_decides_nothing_any_more(self):
        approved = judged(decided(NOTHING_POSTED, "same_payment").posted, "approved")
        found = decided(decided(approved).posted, "instant_click")
        assert (found.posted.terms.signals, found.deltas, found.date_shifts) == (
            ("same_payment", "instant_click"),
            (),
            (),
        )

    def test_a_block_forfeits_what_has_no_date(self):
        held = decided(NOTHING_POSTED, "same_payment").posted
        assert [
            forfeit.amount for forfeit in list_forfeits(held.rewards, "A", after(days=400))
        ] == [1_000]


class TestTheAccount:
    def test_what_is_held_is_pending_for_good_and_no_lot_of_anybodys(self):
        account, first = Account("A", "EUR").post(REWARD, 700, NOON, None, "1", {})
        assert (
            account.balance,
            account.pending(after(days=999)),
            account.available(after(days=999)),
        ) == (700, 700, 0)
        assert lots_of([first]).left == {}
        account, off = account.post(ADJUSTMENT, -700, NOON, None, "1", {})
        account, on = account.post(ADJUSTMENT, 700, NOON, NOON, "1", {})
        assert (account.reviewed, account.available(NOON), lots_of([first, off, on]).left) == (
            0,
            700,
            {NOON: 700},
        )


FACTS = {"status": "completed", "currency": "EUR", "items_total": 1}


@pytest.mark.parametrize("name", ["eLihtj2HTMlWeL7e", "1234567", "sq-1-Tvruf3vPQ"])
def test_a_shop_may_tell_what_the_processor_knows_a_card_by(name):
    assert parse_order(FACTS | {"payment_fingerprint": name}, "1", NOON, str).payment == name


@pytest.mark.parametrize("name", ["4242424242424242", "4242 4242 4242 4242", "", "12345678", 5])
def test_the_number_of_a_card_is_no_fingerprint(name):
    with pytest.raises(InvalidDocument) as refused:
        parse_order(FACTS | {"payment_fingerprint": name}, "1", NOON, str)
    assert [fault.field for fault in refused.value.faults] == ["payment_fingerprint"]


class TestTheProgram:
    @pytest.mark.parametrize("name", PRESETS)
    def test_no_preset_holds_anything_and_none_says_so(self, name):
        read = parse_program(load_preset(name))
        assert read.review == ReviewTerms()
        assert "review" not in program_document(read)

    def test_a_review_is_written_out_whole(self):
        written = program_document(program(review={"hold": ["own_browser"]}))
        assert written["review"] == {
            "hold": ["own_browser"],
            "refuse": [],
            "sign_ups_an_hour": 20,
            "deadline_days": 14,
            "at_deadline": "approve",
        }
        assert parse_program(written) == program(review={"hold": ["own_browser"]})

    @pytest.mark.parametrize(
        ("review", "field"),
        [
            ({"hold": ["same_email"]}, "review.hold"),
            ({"hold": "own_browser"}, "review.hold"),
            ({"hold": ["own_browser"], "refuse": ["own_browser"]}, "review.refuse"),
            ({"sign_ups_an_hour": 1}, "review.sign_ups_an_hour"),
            ({"deadline_days": 0}, "review.deadline_days"),
            ({"deadline_days": 366}, "review.deadline_days"),
            ({"at_deadline": "ask"}, "review.at_deadline"),
            ({"allow": []}, "review.allow"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_its_name(self, review, field):
        with pytest.raises(InvalidDocument) as refused:
            program(review=review)
        assert [fault.field for fault in refused.value.faults] == [field]

    @pytest.mark.parametrize(("most", "fine"), [(20, True), (21, False), (None, False)])
    def test_as_many_levels_are_held_as_one_approval_moves(self, most, fine):
        credit = {"system": "recursive", "percent": "10", "max_levels": most}
        try:
            assert program(credit, review={"hold": ["own_browser"]}).depth() == most
        except InvalidDocument as invalid:
            assert not fine and [fault.field for fault in invalid.faults] == ["review.hold"]
        assert program(credit, review={"refuse": ["own_browser"]})
