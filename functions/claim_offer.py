"""GET and POST /c/{code}: the page that shows a friend who recommends the shop and what they get for it.

Only its button is a click on the advocate's link.
"""

from shared import secrets
from shared.api.http import Answer
from shared.api.rate_limits import OFFER_MAIL, OFFER_PER_IP, is_allowed
from shared.api.request import Request
from shared.domain.instants import parse_instant
from shared.domain.rewards.offer import offer_document
from shared.identity import address_hash
from shared.links import clicks, wrong_code_limits
from shared.links.landing import landing_url, path_of, shop_path
from shared.mail.offer import is_address, send_offer
from shared.pages.site import (
    Site,
    is_from_our_page,
    language_cookies,
    origin_of,
    page_answer,
    reader_language,
    security_policy,
    shop_name,
)
from shared.settings import MailSettings, ShopSettings
from shared.store.attributions import links
from shared.store.attributions.links import LinkState, UnknownCode

CODE_PARAMETER = "gv"
"""The query parameter in which the storefront snippet looks for a code."""
handler = Site()


@handler.route("GET /c/{code}")
def get_claim(request: Request, wrong: str | None = None) -> Answer:
    with wrong_code_limits.limit_wrong_codes(request) as limit:
        try:
            code = clicks.parse_code(request.path("code"))
            link = links.look(code, clicks.find_token(request), limit)
            if not link.open:
                raise UnknownCode(code)
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _unknown_code_page(request)

    return _offer_page(request, code, link, wrong)


@handler.route("POST /c/{code}")
def post_claim(request: Request) -> Answer:
    path, email, ref_token = shop_path(request.query("to")), request.form().get("email", ""), None
    if email and not is_address(email):
        return get_claim(request, wrong=email)

    with wrong_code_limits.limit_wrong_codes(request) as limit:
        try:
            code = clicks.parse_code(request.path("code"))
            if clicks.is_opened_by_person(request, "document"):
                ref_token = clicks.record_click(
                    code, clicks.find_token(request), request.now, path_of(path), limit
                )
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _unknown_code_page(request)

    if email and is_from_our_page(request) and clicks.is_opened_by_person(request, "document"):
        _mail_offer(request, code, email)
    return Answer(
        None,
        303,
        {"location": _shop_address(path, code)},
        (clicks.token_cookie(ref_token),) if ref_token else (),
    )


def _offer_page(request: Request, code: str, link: LinkState, wrong: str | None) -> Answer:
    earlier = link.visitor if link.keeps(request.now) else None
    counts_until = links.expires_at(
        parse_instant(earlier.clicked_at) if earlier else request.now, link.program
    )
    return page_answer(
        "claim/offer.html",
        reader_language(request),
        422 if wrong else 200,
        headers={
            "content-security-policy": security_policy(
                form_action=origin_of(ShopSettings.load().shop_url)
            )
        },
        cookies=language_cookies(request),
        address=f"{ShopSettings.load().base_url}/c/{code}",
        code=code,
        counts_until=counts_until,
        email=wrong,
        first_name=link.code.first_name if link.code else None,
        mails=bool(MailSettings.load().mail_from),
        offer=offer_document(link.program),
        other_stays=earlier is not None and earlier.code != code,
        shop=shop_name(),
        to=request.query("to"),
        zone=link.program.time_zone,
    )


def _mail_offer(request: Request, code: str, email: str) -> None:
    """Send the offer once a day to an e-mail address, and a few times an hour for one internet address.

    Whoever asks more often is told nothing, because the e-mail address may not be theirs.
    """
    asker = address_hash(secrets.pepper(), request.source_ip)
    if not MailSettings.load().mail_from or not is_allowed(OFFER_PER_IP, asker, request.now):
        return
    if is_allowed(OFFER_MAIL, secrets.hash_email(email), request.now):
        link = links.look(code)
        send_offer(
            email,
            reader_language(request),
            address=f"{ShopSettings.load().base_url}/c/{code}",
            code=code,
            first_name=link.code.first_name if link.code else None,
            shop=shop_name(),
        )


def _unknown_code_page(request: Request) -> Answer:
    """The page for a code that nobody has, or that may not be followed: it does not say which."""
    return page_answer(
        "claim/unknown.html",
        reader_language(request),
        404,
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
    )


def _shop_address(path: str, code: str) -> str:
    """A path of the shop, with the code as a parameter where the shop cannot read our cookie."""
    shop_url = ShopSettings.load().shop_url
    is_cookie_readable = origin_of(shop_url) == origin_of(ShopSettings.load().base_url)
    return landing_url(shop_url, path, {} if is_cookie_readable else {CODE_PARAMETER: code})
