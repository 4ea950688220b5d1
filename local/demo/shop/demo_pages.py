"""Pages for people who try out Grapevine: the guide, the clock controls and the simulated year."""

from local.demo.shop.http_messages import ShopRequest, ShopResponse, see_other
from local.demo.shop.shop import Shop

REFRESH_SECONDS = 2


def show_guide(shop: Shop, request: ShopRequest) -> ShopResponse:
    return shop.render(request, "guide.html")


def turn_clock(shop: Shop, request: ShopRequest) -> ShopResponse:
    target, last_order_at = request.field("to"), shop.future_last_order()
    turns = {
        "day": shop.clock.to_next_day,
        "month": shop.clock.to_next_month,
        "first": shop.clock.to_the_first,
        "real": shop.clock.to_real_time,
    }
    if target in turns:
        turns[target]()
    elif target == "books" and last_order_at:
        shop.clock.set(last_order_at)
    back = request.field("back")
    return see_other(back if _is_own_path(back) else "/guide")


def _is_own_path(address: str) -> bool:
    """Returns whether a redirect to the address stays in this shop in every browser."""
    return (
        address.startswith("/")
        and not address.startswith("//")
        and address.isprintable()
        and "\\" not in address
    )


def show_year(shop: Shop, request: ShopRequest) -> ShopResponse:
    """Shows the progress of the simulated year. While it runs, the browser reloads the page every
    two seconds.
    """
    progress = shop.year.progress
    headers = (("refresh", str(REFRESH_SECONDS)),) if progress.running else ()
    return shop.render(request, "year.html", headers=headers, progress=progress)


def start_year(shop: Shop, request: ShopRequest) -> ShopResponse:
    shop.year.start()
    return see_other("/year")


PAGES = {
    ("GET", r"/guide"): show_guide,
    ("POST", r"/clock"): turn_clock,
    ("GET", r"/year"): show_year,
    ("POST", r"/year"): start_year,
}
