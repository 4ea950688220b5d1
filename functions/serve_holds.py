"""/v1/members/{id}/holds and /v1/holds/{id}: credit at the shop's checkout, authorised, captured or let go."""

from shared.api.http import Answer, Api, Request
from shared.api.idempotency import HEADER, idempotent
from shared.domain.document import REQUIRED, Document, amount
from shared.domain.instants import instant_text
from shared.domain.ledger.holds import CAPTURED, Hold, HoldRefused
from shared.problem import Conflict
from shared.wallet.holds import Checkout, capture_hold, hold_credit, void_hold
from shared.words import CREDIT

handler = Api()


@handler.route("POST /v1/members/{id}/holds")
@idempotent
def post_hold(request: Request) -> Answer:
    member_id, source = request.path_id(), Document(request.body())
    order, wanted = source.identifier("order_id"), source.field("amount", REQUIRED, _positive)
    source.refuse_unknown()
    source.finish()

    hold = _answered(
        lambda: hold_credit(
            Checkout(member_id, order, wanted, request.headers.get(HEADER)), request.now
        )
    )

    return Answer(
        {"id": hold.id, "amount": hold.amount, "expires_at": instant_text(hold.ends_at)}, 201
    )


@handler.route("POST /v1/holds/{id}/capture")
@idempotent
def post_capture(request: Request) -> Answer:
    hold_id, source = request.path_id(), Document(request.body() if request.raw else {})
    wanted = source.field("amount", None, _positive)
    source.refuse_unknown()
    source.finish()

    return Answer(_shown(_answered(lambda: capture_hold(hold_id, wanted, request.now))))


@handler.route("POST /v1/holds/{id}/void")
@idempotent
def post_void(request: Request) -> Answer:
    hold_id, source = request.path_id(), Document(request.body() if request.raw else {})
    source.refuse_unknown()
    source.finish()

    return Answer(_shown(_answered(lambda: void_hold(hold_id, request.now))))


def _positive(value: object) -> int:
    if amount(value) == 0:
        raise ValueError("must be at least 1 minor unit")
    return value


def _answered(act) -> Hold:
    try:
        return act()
    except HoldRefused as refused:
        more = {
            name: instant_text(value) if hasattr(value, "isoformat") else value
            for name, value in refused.more.items()
        }
        raise Conflict(refused.code, CREDIT[refused.code], **more) from None


def _shown(hold: Hold) -> dict:
    captured = hold.captured if hold.state == CAPTURED else 0
    return {
        "id": hold.id,
        "state": hold.state,
        "amount": hold.amount,
        "captured": captured,
        "released": hold.amount - captured,
    }
