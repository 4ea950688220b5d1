"""GET and POST /c/{code}: the page that tells a friend who sends them and what they get; only the button on it is a click."""

import os

from shared import clicks, limits
from shared.domain.moment import parse_instant
from shared.domain.offer import offer
from shared.http import Answer, Request
from shared.landing import landing_url, path_of, shop_path
from shared.pages.site import Site, language_asked, language_chosen, origin_of, page, policy, shop_name
from shared.store import links
from shared.store.links import Known, UnknownCode

CODE_PARAMETER = "gv"
"""Under which the storefront snippet finds a code in an address."""
handler = Site()


@handler.route("GET /c/{code}")
def get_claim(request: Request) -> Answer:
    with limits.asking(request) as asker:
        try:
            code = clicks.readable(request.path("code"))
            known = links.look(code, clicks.living_token(request), asker)
            if not known.open:
                raise UnknownCode(code)
        except UnknownCode as unknown:
            clicks.missed(unknown, asker)
            return _nobody(request)

    return _claim(request, code, known)


@handler.route("POST /c/{code}")
def post_claim(request: Request) -> Answer:
    path = shop_path(request.query("to"))
    ref_token = None

    with limits.asking(request) as asker:
        try:
            code = clicks.readable(request.path("code"))
            if clicks.opened_by_person(request, "document"):
                ref_token = clicks.follow(code, clicks.living_token(request), request.now, path_of(path), asker)
        except UnknownCode as unknown:
            clicks.missed(unknown, asker)
            return _nobody(request)

    return Answer(None, 303, {"location": _shop(path, code)}, (clicks.cookie(ref_token),) if ref_token else ())


def _claim(request: Request, code: str, known: Known) -> Answer:
    stays = known.visitor if known.keeps(request.now) else None
    counts_until = links.expires_at(parse_instant(stays.clicked_at) if stays else request.now, known.program)
    return page(
        "claim/offer.html",
        language_asked(request),
        headers={"content-security-policy": policy(form_action=origin_of(os.environ["SHOP_URL"]))},
        cookies=language_chosen(request),
        address=f"{os.environ['BASE_URL']}/c/{code}",
        code=code,
        counts_until=counts_until,
        first_name=known.code.first_name,
        offer=offer(known.program),
        other_stays=stays is not None and stays.code != code,
        shop=shop_name(),
        zone=known.program.time_zone,
    )


def _nobody(request: Request) -> Answer:
    """The same for a code that nobody has and for one that may not be followed."""
    return page("claim/unknown.html", language_asked(request), 404, shop=shop_name(), shop_url=os.environ["SHOP_URL"])


def _shop(path: str, code: str) -> str:
    """Into the shop; with the code in the address where the shop cannot read our cookie."""
    shop = os.environ["SHOP_URL"]
    readable_there = origin_of(shop) == origin_of(os.environ["BASE_URL"])
    return landing_url(shop, path, {} if readable_there else {CODE_PARAMETER: code})
