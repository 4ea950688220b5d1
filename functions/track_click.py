"""GET /r/{code}, POST and GET /v1/clicks: a visitor follows an advocate's link."""

from datetime import datetime
from typing import NamedTuple

from shared.api.cross_origin import allowed_origin
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.domain.instants import instant_text, read_instant
from shared.domain.programs.program import Program
from shared.domain.rewards.offer import offer_document
from shared.links import clicks
from shared.links.click_form import CLICK_FORM, ClickForm
from shared.links.clicks import FollowedLink
from shared.links.landing import FollowedCode, link_target, path_of, shop_path
from shared.links.wrong_code_limits import limit_wrong_codes
from shared.problem import Forbidden, NotFound
from shared.settings import ShopSettings
from shared.store.attributions import links
from shared.store.attributions.links import CodeItem, UnknownCode, VisitorItem
from shared.store.attributions.wrong_codes import WrongCodeLimit
from shared.store.programs import sightings

LONGEST_CAMPAIGN = 256
handler = Api()


class CountedClick(NamedTuple):
    """The click that counts for a browser. `advocate` is `None` if nobody has the code any more."""

    ref_token: str
    code: str
    clicked_at: datetime
    advocate: CodeItem | None
    program: Program


@handler.route("GET /r/{code}")
@handler.route("GET /r/{code+}")
def follow(request: Request) -> Answer:
    """Always redirects to the shop. Sets a cookie only if a person opened the link and its code is
    an advocate's.
    """
    if not clicks.is_opened_by_person(request, "document"):
        return _redirect(request, links.load_program())

    named, token = shop_path(request.query("to"), ""), clicks.find_token(request)
    landing = path_of(named) if named else None
    with limit_wrong_codes(request, request.path("code")) as limit:
        try:
            click = clicks.follow_link(request.path("code"), token, request.now, landing, limit)
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _redirect(request, links.load_program())

    return _redirect(request, click.program, click)


@handler.route("POST /v1/clicks")
def land(request: Request) -> Answer:
    form = CLICK_FORM.parse(request.body())
    if not clicks.is_opened_by_person(request, "empty"):
        raise Forbidden(
            "not_a_click",
            "Report a click when a person opens the page, not when the page is prefetched.",
        )

    with limit_wrong_codes(request, form.code) as limit:
        try:
            click = _record(form, request, limit)
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            raise NotFound(
                "unknown_code", "No advocate has this code. Continue without one."
            ) from None

    if allowed_origin(request):
        sightings.note(sightings.SNIPPET, request.now)
    is_new = click.ref_token != clicks.find_token(request)
    return Answer(
        _click_answer(click, request.now),
        cookies=(clicks.token_cookie(request, click.ref_token),) if is_new else (),
    )


@handler.route("GET /v1/clicks/{ref_token}")
def get_click(request: Request) -> Answer:
    click = _find_click(request.path("ref_token"), request.now)
    if click is None:
        raise NotFound("unknown_click", "No valid click has this token. Continue without one.")
    if allowed_origin(request):
        sightings.note(sightings.SNIPPET, request.now)
    return Answer(_click_answer(click, request.now))


def _record(form: ClickForm, request: Request, limit: WrongCodeLimit) -> CountedClick:
    """A new click, or the browser's earlier click if that still counts.

    Raises `UnknownCode` or `TooManyWrongCodes`.
    """
    token = clicks.find_token(request)
    link = clicks.open_link(form.code, token, request.now, limit) if token else None
    if token and link and link.earlier:
        code = link.earlier.code
        advocate = link.code if code == form.code else links.load_link(code).code
        return _earlier_click(token, link.earlier, advocate, link.program)
    token, landing = clicks.new_token(), path_of(form.landing or "/")
    state = links.keep_click(token, form.code, request.now, landing, limit)
    return CountedClick(token, form.code, request.now, state.code, state.program)


def _find_click(ref_token: str, at: datetime) -> CountedClick | None:
    """The click with this token; `None` if it does not count any more."""
    visitor = links.find_visitor(ref_token) if clicks.TOKEN.fullmatch(ref_token) else None
    if visitor is None:
        return None
    state = links.load_link(visitor.code)
    if not state.open or not links.is_living(visitor, state.program, at):
        return None
    return _earlier_click(ref_token, visitor, state.code, state.program)


def _earlier_click(
    ref_token: str, visitor: VisitorItem, advocate: CodeItem | None, program: Program
) -> CountedClick:
    clicked_at = read_instant(visitor.clicked_at)
    return CountedClick(ref_token, visitor.code, clicked_at, advocate, program)


def _click_answer(click: CountedClick, at: datetime) -> dict[str, object]:
    return {
        "ref_token": click.ref_token,
        "code": click.advocate.shown if click.advocate else click.code,
        "advocate": {"first_name": click.advocate.first_name if click.advocate else None},
        "offer": offer_document(click.program, at),
        "expires_at": instant_text(links.click_ends_at(click.clicked_at, click.program)),
    }


def _campaign(request: Request) -> dict[str, str]:
    """The parameters of campaigns (`utm_…`). They are passed on to the shop."""
    return {
        name: text[:LONGEST_CAMPAIGN]
        for name, text in request.queries.items()
        if name.startswith("utm_") and (name + text).isprintable()
    }


def _redirect(request: Request, program: Program, click: FollowedLink | None = None) -> Answer:
    """A redirect to the path that the link names, or to the program's landing path."""
    shop_url = ShopSettings.load().shop_url
    path = shop_path(request.query("to"), program.landing)
    followed = click and FollowedCode(
        click.code,
        click.ref_token or clicks.find_token(request),
        click.discount_path,
        clicks.shop_sees_cookie(request),
        program.friend.discount is not None,
    )
    token = click.ref_token if click else None
    cookies = (clicks.token_cookie(request, token),) if token else ()
    target = link_target(shop_url, path, followed, _campaign(request))
    return Answer(None, 302, {"location": target}, cookies)
