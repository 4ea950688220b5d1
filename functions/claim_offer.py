"""GET and POST /c/{code}: the page that shows a friend the offer. Only its button counts as a
click.
"""

from datetime import datetime, timedelta

from shared import secrets
from shared.api.http import Answer
from shared.api.rate_limits import OFFER_MAIL, OFFER_PER_IP, is_allowed
from shared.api.request import Request
from shared.domain.instants import read_instant
from shared.domain.members.code import normalize_code
from shared.domain.members.email_address import is_email_address
from shared.domain.programs.window import Window
from shared.domain.rewards.offer import offer_document
from shared.identity import address_hash
from shared.links import clicks
from shared.links.clicks import OpenLink
from shared.links.landing import FollowedCode, link_target, path_of, shop_path
from shared.links.wrong_code_limits import limit_wrong_codes
from shared.mail.ses import Mail, send_mail_from_page
from shared.owner_settings import current, shop_name
from shared.pages.site import (
    Site,
    is_from_our_page,
    language_cookies,
    origin_of,
    page_answer,
    reader_language,
    security_policy,
)
from shared.settings import MailSettings, ShopSettings
from shared.store.attributions import links
from shared.store.attributions.links import UnknownCode
from shared.store.attributions.wrong_codes import WrongCodeLimit

MOMENT = timedelta(seconds=1)
handler = Site()


@handler.route("GET /c/{code}")
@handler.route("GET /c/{code+}")
def get_claim(request: Request) -> Answer:
    return _show_offer(request)


@handler.route("POST /c/{code}")
@handler.route("POST /c/{code+}")
def post_claim(request: Request) -> Answer:
    email = request.form().get("email", "")
    if email and not is_email_address(email):
        return _show_offer(request, wrong_email=email)

    is_person = clicks.is_opened_by_person(request, "document")
    with limit_wrong_codes(request, request.path("code")) as limit:
        try:
            link = _open(request, limit)
            ref_token = _follow(request, limit) if is_person else None
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _unknown_code(request)

    code = link.code.shown
    if email and is_person and is_from_our_page(request):
        _mail_offer(request, code, email)
    cookies = (clicks.token_cookie(request, ref_token),) if ref_token else ()
    path = shop_path(request.query("to"), link.program.landing)
    followed = FollowedCode(
        code,
        ref_token or clicks.find_token(request),
        link.code.discount_path,
        clicks.shop_sees_cookie(request),
        link.program.friend.discount is not None,
    )
    address = link_target(ShopSettings.load().shop_url, path, followed, {})
    return Answer(None, 303, {"location": address}, cookies)


def _open(request: Request, limit: WrongCodeLimit) -> OpenLink:
    code = clicks.parse_code(request.path("code"))
    return clicks.open_link(code, clicks.find_token(request), request.now, limit)


def _follow(request: Request, limit: WrongCodeLimit) -> str | None:
    named = shop_path(request.query("to"), "")
    landing = path_of(named) if named else None
    token = clicks.find_token(request)
    return clicks.follow_link(request.path("code"), token, request.now, landing, limit).ref_token


def _show_offer(request: Request, wrong_email: str | None = None) -> Answer:
    with limit_wrong_codes(request, request.path("code")) as limit:
        try:
            link = _open(request, limit)
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _unknown_code(request)

    return _offer_page(request, link, wrong_email)


def _offer_page(request: Request, link: OpenLink, wrong_email: str | None) -> Answer:
    shop, earlier, code = ShopSettings.load(), link.earlier, link.code.shown
    active = link.program.active
    clicked_at = read_instant(earlier.clicked_at) if earlier else request.now
    policy = security_policy(form_action=origin_of(shop.shop_url))
    return page_answer(
        "claim/offer.html",
        reader_language(request),
        422 if wrong_email else 200,
        headers={"content-security-policy": policy},
        cookies=language_cookies(request),
        address=_page_address(code),
        code=code,
        counts_until=_last_moment(links.click_ends_at(clicked_at, link.program), active),
        begins=active.since if active.since and active.since > request.now else None,
        email=wrong_email,
        first_name=link.code.first_name,
        mails=bool(MailSettings.load().mail_from),
        offer=offer_document(link.program, request.now),
        over=active.is_over(request.now),
        other_stays=earlier is not None and earlier.code != normalize_code(code),
        shop=shop_name(),
        to=request.query("to"),
        zone=link.program.time_zone,
    )


def _last_moment(click_ends_at: datetime, active: Window) -> datetime:
    """The last moment at which the offer holds. The page shows its day."""
    return min(click_ends_at, active.until - MOMENT) if active.until else click_ends_at


def _mail_offer(request: Request, code: str, email: str) -> None:
    """Mails the offer: at most one mail a day to a mailbox, and a few an hour for an internet
    address.

    Nothing shows that a limit was reached, because the mailbox may belong to another person. A
    failure is only logged, because the page has the code too.
    """
    caller = address_hash(secrets.pepper(), request.source_ip)
    if not MailSettings.load().mail_from or not is_allowed(OFFER_PER_IP, caller, request.now):
        return
    if is_allowed(OFFER_MAIL, secrets.hash_email(email), request.now):
        send_mail_from_page(_compose_offer(code, email, reader_language(request)), "an offer")


def _compose_offer(code: str, email: str, language: str) -> Mail:
    from shared.pages.mail import compose  # slow; loaded only if a mail is sent

    advocate = links.load_link(code).code
    subject, text, html = compose(
        "offer",
        language,
        address=_page_address(code),
        code=code,
        first_name=advocate.first_name if advocate else None,
        shop=shop_name(),
    )
    reply_to = current().reply_to
    return Mail(email, subject, text, html, sender=shop_name(), reply_to=reply_to)


def _unknown_code(request: Request) -> Answer:
    """The page for an unknown code. A blocked code gets the same page."""
    return page_answer(
        "claim/unknown.html",
        reader_language(request),
        404,
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
    )


def _page_address(code: str) -> str:
    return f"{ShopSettings.load().base_url}/c/{code}"
