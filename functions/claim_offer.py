"""GET and POST /c/{code}: the page that tells a friend who sends them and what they get; only the button on it is a click."""

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
"""Under which the storefront snippet finds a code in an address."""
handler = Site()


@handler.route("GET /c/{code}")
def get_claim(request: Request, wrong: str | None = None) -> Answer:
    with wrong_code_limits.limit_wrong_codes(request) as limit:
        try:
            code = clicks.parse_code(request.path("code"))
            known = links.look(code, clicks.find_token(request), limit)
            if not known.open:
                raise UnknownCode(code)
        except UnknownCode as unknown:
            clicks.count_if_wrong(unknown, limit)
            return _nobody(request)

    return _claim(request, code, known, wrong)


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
            return _nobody(request)

    if email and is_from_our_page(request) and clicks.is_opened_by_person(request, "document"):
        _mail(request, code, email)
    return Answer(
        None,
        303,
        {"location": _shop(path, code)},
        (clicks.token_cookie(ref_token),) if ref_token else (),
    )


def _claim(request: Request, code: str, known: LinkState, wrong: str | None) -> Answer:
    stays = known.visitor if known.keeps(request.now) else None
    counts_until = links.expires_at(
        parse_instant(stays.clicked_at) if stays else request.now, known.program
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
        first_name=known.code.first_name,
        mails=bool(MailSettings.load().mail_from),
        offer=offer_document(known.program),
        other_stays=stays is not None and stays.code != code,
        shop=shop_name(),
        to=request.query("to"),
        zone=known.program.time_zone,
    )


def _mail(request: Request, code: str, email: str) -> None:
    """Once a day to an address, a few an hour from one place; who asks for more is told nothing, for the address may not be theirs."""
    place = address_hash(secrets.pepper(), request.source_ip)
    if not MailSettings.load().mail_from or not is_allowed(OFFER_PER_IP, place, request.now):
        return
    if is_allowed(OFFER_MAIL, secrets.hash_email(email), request.now):
        told = {"code": code, "first_name": links.look(code).code.first_name, "shop": shop_name()}
        send_offer(
            email,
            reader_language(request),
            address=f"{ShopSettings.load().base_url}/c/{code}",
            **told,
        )


def _nobody(request: Request) -> Answer:
    """The same for a code that nobody has and for one that may not be followed."""
    return page_answer(
        "claim/unknown.html",
        reader_language(request),
        404,
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
    )


def _shop(path: str, code: str) -> str:
    """Into the shop; with the code in the address where the shop cannot read our cookie."""
    shop = ShopSettings.load().shop_url
    readable_there = origin_of(shop) == origin_of(ShopSettings.load().base_url)
    return landing_url(shop, path, {} if readable_there else {CODE_PARAMETER: code})
