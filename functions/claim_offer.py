"""GET and POST /c/{code}: the page that tells a friend who sends them and what they get; only the button on it is a click."""

import os

from shared import secrets
from shared.api.http import Answer, Request
from shared.api.rate_limits import OFFER_MAIL, OFFER_PLACE, is_allowed
from shared.domain.instants import parse_instant
from shared.domain.rewards.offer import offer
from shared.identity import address_hash
from shared.links import clicks, limits
from shared.links.landing import landing_url, path_of, shop_path
from shared.mail.offer import is_address, send_offer
from shared.pages.site import (
    Site,
    language_asked,
    language_chosen,
    origin_of,
    page,
    policy,
    sent_by_our_page,
    shop_name,
)
from shared.store.attributions import links
from shared.store.attributions.links import LinkState, UnknownCode

CODE_PARAMETER = "gv"
"""Under which the storefront snippet finds a code in an address."""
handler = Site()


@handler.route("GET /c/{code}")
def get_claim(request: Request, wrong: str | None = None) -> Answer:
    with limits.asking(request) as asker:
        try:
            code = clicks.readable(request.path("code"))
            known = links.look(code, clicks.living_token(request), asker)
            if not known.open:
                raise UnknownCode(code)
        except UnknownCode as unknown:
            clicks.missed(unknown, asker)
            return _nobody(request)

    return _claim(request, code, known, wrong)


@handler.route("POST /c/{code}")
def post_claim(request: Request) -> Answer:
    path, email, ref_token = shop_path(request.query("to")), request.form().get("email", ""), None
    if email and not is_address(email):
        return get_claim(request, wrong=email)

    with limits.asking(request) as asker:
        try:
            code = clicks.readable(request.path("code"))
            if clicks.opened_by_person(request, "document"):
                ref_token = clicks.follow(
                    code, clicks.living_token(request), request.now, path_of(path), asker
                )
        except UnknownCode as unknown:
            clicks.missed(unknown, asker)
            return _nobody(request)

    if email and sent_by_our_page(request) and clicks.opened_by_person(request, "document"):
        _mail(request, code, email)
    return Answer(
        None, 303, {"location": _shop(path, code)}, (clicks.cookie(ref_token),) if ref_token else ()
    )


def _claim(request: Request, code: str, known: LinkState, wrong: str | None) -> Answer:
    stays = known.visitor if known.keeps(request.now) else None
    counts_until = links.expires_at(
        parse_instant(stays.clicked_at) if stays else request.now, known.program
    )
    return page(
        "claim/offer.html",
        language_asked(request),
        422 if wrong else 200,
        headers={"content-security-policy": policy(form_action=origin_of(os.environ["SHOP_URL"]))},
        cookies=language_chosen(request),
        address=f"{os.environ['BASE_URL']}/c/{code}",
        code=code,
        counts_until=counts_until,
        email=wrong,
        first_name=known.code.first_name,
        mails=bool(os.environ.get("MAIL_FROM")),
        offer=offer(known.program),
        other_stays=stays is not None and stays.code != code,
        shop=shop_name(),
        to=request.query("to"),
        zone=known.program.time_zone,
    )


def _mail(request: Request, code: str, email: str) -> None:
    """Once a day to an address, a few an hour from one place; who asks for more is told nothing, for the address may not be theirs."""
    place = address_hash(secrets.pepper(), request.event["requestContext"]["http"]["sourceIp"])
    if not os.environ.get("MAIL_FROM") or not is_allowed(OFFER_PLACE, place, request.now):
        return
    if is_allowed(OFFER_MAIL, secrets.hash_email(email), request.now):
        told = {"code": code, "first_name": links.look(code).code.first_name, "shop": shop_name()}
        send_offer(
            email, language_asked(request), address=f"{os.environ['BASE_URL']}/c/{code}", **told
        )


def _nobody(request: Request) -> Answer:
    """The same for a code that nobody has and for one that may not be followed."""
    return page(
        "claim/unknown.html",
        language_asked(request),
        404,
        shop=shop_name(),
        shop_url=os.environ["SHOP_URL"],
    )


def _shop(path: str, code: str) -> str:
    """Into the shop; with the code in the address where the shop cannot read our cookie."""
    shop = os.environ["SHOP_URL"]
    readable_there = origin_of(shop) == origin_of(os.environ["BASE_URL"])
    return landing_url(shop, path, {} if readable_there else {CODE_PARAMETER: code})
