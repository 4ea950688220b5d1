"""GET /r/{code}, POST /v1/clicks, GET /v1/clicks/{ref_token}: a visitor followed an advocate's link."""

from datetime import datetime

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.domain.instants import instant_text, parse_instant
from shared.domain.rewards.offer import offer_document
from shared.links import clicks, wrong_code_limits
from shared.links.click_form import CLICK_FORM
from shared.links.landing import landing_url, path_of, shop_path
from shared.problem import Forbidden, NotFound
from shared.settings import ShopSettings
from shared.store.attributions import links
from shared.store.attributions.links import LinkState, UnknownCode
from shared.store.attributions.wrong_codes import WrongCodeLimit

handler = Api()


@handler.route("GET /r/{code}")
def follow(request: Request) -> Answer:
    path = shop_path(request.query("to"))
    target = landing_url(ShopSettings.load().shop_url, path, _campaign(request))
    if not clicks.is_opened_by_person(request, "document"):
        return _redirect(target)

    with wrong_code_limits.limit_wrong_codes(request) as limit:
        try:
            ref_token = clicks.record_click(
                request.path("code"), clicks.find_token(request), request.now, path_of(path), limit
            )
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _redirect(target)

    return _redirect(target, ref_token)


@handler.route("POST /v1/clicks")
def land(request: Request) -> Answer:
    form = CLICK_FORM.parse(request.body())
    if not clicks.is_opened_by_person(request, "empty"):
        raise Forbidden(
            "not_a_click",
            "Tell a click when a person opens the page, not while it is fetched ahead.",
        )

    with wrong_code_limits.limit_wrong_codes(request) as limit:
        try:
            ref_token, link = _keep_or_record(
                form.code,
                clicks.find_token(request),
                request.now,
                path_of(form.landing or "/"),
                limit,
            )
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            raise NotFound(
                "unknown_code", "No advocate shares this code; go on without one."
            ) from None

    cookies = () if link.visitor else (clicks.token_cookie(ref_token),)
    return Answer(_click_answer(ref_token, form.code, link, request.now), cookies=cookies)


@handler.route("GET /v1/clicks/{ref_token}")
def get_click(request: Request) -> Answer:
    ref_token = request.path("ref_token")

    visitor = links.visitor(ref_token) if clicks.TOKEN.fullmatch(ref_token) else None
    link = links.look(visitor.code, ref_token) if visitor else None
    if (
        visitor is None
        or link is None
        or not link.open
        or not links.living(link.visitor, link.program, request.now)
    ):
        raise NotFound(
            "unknown_click", "No click that counts goes by this token; go on without one."
        )

    return Answer(_click_answer(ref_token, visitor.code, link, request.now))


def _keep_or_record(
    code: str, ref_token: str | None, at: datetime, landing: str, limit: WrongCodeLimit
) -> tuple[str, LinkState]:
    """Keep the visitor's earlier click if it still counts, or record this one.

    Returns the token of the click that counts and its link, which has a `visitor` only where the click
    is an earlier one. Raises `TooManyWrongCodes` and `UnknownCode`.
    """
    link = clicks.find_kept_click(code, ref_token, at, limit) if ref_token else None
    if ref_token and link and link.visitor:
        kept_code = link.visitor.code
        return ref_token, link if kept_code == code else links.look(kept_code, ref_token)
    fresh = clicks.new_token()
    return fresh, links.remember_and_look(fresh, code, at, landing, limit)


def _click_answer(ref_token: str, code: str, link: LinkState, now: datetime) -> dict[str, object]:
    clicked_at = parse_instant(link.visitor.clicked_at) if link.visitor else now
    return {
        "ref_token": ref_token,
        "code": link.visitor.code if link.visitor else code,
        "advocate": {"first_name": link.code.first_name if link.code else None},
        "offer": offer_document(link.program),
        "expires_at": instant_text(links.expires_at(clicked_at, link.program)),
    }


def _campaign(request: Request) -> dict[str, str]:
    """Parameters that name a campaign (`utm_…`), which go along to the shop."""
    return {
        name: text[:256]
        for name, text in request.queries.items()
        if name.startswith("utm_") and (name + text).isprintable()
    }


def _redirect(target: str, ref_token: str | None = None) -> Answer:
    cookies = (clicks.token_cookie(ref_token),) if ref_token else ()
    return Answer(None, 302, {"location": target}, cookies)
