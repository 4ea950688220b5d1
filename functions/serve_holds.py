"""/v1/members/{id}/holds and /v1/holds/{id}: credit at the shop's checkout is held, captured or
voided (specification: holds).

/v1/members/{id}/credit-codes and /v1/credit-codes/{id}: credit as a one-time code at a connected
store (specification: credit-codes).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared.api.bodies import CAPTURE_FORM, CREDIT_CODE_FORM, HOLD_FORM, NO_FIELDS
from shared.api.credit_code_answers import credit_code_answer
from shared.api.http import Answer, Api
from shared.api.idempotency import HEADER, idempotent
from shared.api.request import Request
from shared.domain.document import FieldError
from shared.domain.instants import instant_text
from shared.domain.ledger.holds import ORDER_UNKNOWN, CapturedHold, Hold, HoldRefused
from shared.problem import Conflict, Unprocessable
from shared.wallet.credit_codes import CodeRequest, give_back_code, request_code, require_code
from shared.wallet.holds import Checkout, capture_hold, hold_credit, void_hold
from shared.words import CREDIT

handler = Api()


@handler.route("POST /v1/members/{id}/holds")
@idempotent
def post_hold(request: Request) -> Answer:
    member_id, form = request.path_id(), HOLD_FORM.parse(request.body())

    key = request.headers.get(HEADER)
    checkout = Checkout(member_id, form.order_id, form.amount, key, form.items_total)
    hold = _refusing(lambda: hold_credit(checkout, request.now))

    return Answer(
        {"id": hold.id, "amount": hold.amount, "expires_at": instant_text(hold.ends_at)}, 201
    )


@handler.route("POST /v1/members/{id}/credit-codes")
@idempotent
def post_credit_code(request: Request) -> Answer:
    member_id, form = request.path_id(), CREDIT_CODE_FORM.parse(request.body_if_any())

    key = request.headers.get(HEADER)
    wish = CodeRequest(member_id, form.amount, form.connection, key)
    code = _refusing(lambda: request_code(wish, request.now))

    return Answer(credit_code_answer(code, request.now), 201)


@handler.route("GET /v1/credit-codes/{id}")
def get_credit_code(request: Request) -> Answer:
    return Answer(credit_code_answer(require_code(request.path_id()), request.now))


@handler.route("POST /v1/credit-codes/{id}/void")
@idempotent
def post_credit_code_void(request: Request) -> Answer:
    text = request.path_id()
    NO_FIELDS.parse(request.body_if_any())

    code = _refusing(lambda: give_back_code(text))

    return Answer(credit_code_answer(code, request.now))


@handler.route("POST /v1/holds/{id}/capture")
@idempotent
def post_capture(request: Request) -> Answer:
    hold_id, form = request.path_id(), CAPTURE_FORM.parse(request.body_if_any())

    return Answer(_shown(_refusing(lambda: capture_hold(hold_id, form.amount, request.now))))


@handler.route("POST /v1/holds/{id}/void")
@idempotent
def post_void(request: Request) -> Answer:
    hold_id = request.path_id()
    NO_FIELDS.parse(request.body_if_any())

    return Answer(_shown(_refusing(lambda: void_hold(hold_id, request.now))))


def _refusing[T](move: Callable[[], T]) -> T:
    """What `move` returns. A `HoldRefused` becomes a `Conflict` or `Unprocessable` with
    its sentence.
    """
    try:
        return move()
    except HoldRefused as refused:
        more = {
            name: instant_text(value) if isinstance(value, datetime) else value
            for name, value in refused.more.items()
        }
        if refused.code == ORDER_UNKNOWN:
            fault = FieldError("items_total", "is required for an order that is not known yet")
            raise Unprocessable(refused.code, CREDIT[refused.code], [fault]) from None
        raise Conflict(refused.code, CREDIT[refused.code], **more) from None


def _shown(hold: Hold) -> dict[str, Any]:
    captured = hold.captured if isinstance(hold, CapturedHold) else 0
    return {
        "id": hold.id,
        "state": hold.state,
        "amount": hold.amount,
        "captured": captured,
        "released": hold.amount - captured,
    }
