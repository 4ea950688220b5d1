"""For whoever tries Grapevine out: a guide, the switch of the clock, a year in a minute."""

from local.demo.shop.http_messages import ShopRequest, ShopResponse, see_other

LOOK_AGAIN_SECONDS = 2


def guide(site, asked: ShopRequest) -> ShopResponse:
    return site.page(asked, "guide.html")


def turn_clock(site, asked: ShopRequest) -> ShopResponse:
    clock, ahead = site.shop.clock, site.ahead()
    turns = {
        "day": clock.to_next_day,
        "month": clock.to_next_month,
        "first": clock.to_the_first,
        "real": clock.to_real_time,
    }
    if turn := turns.get(asked.field("to")):
        turn()
    elif asked.field("to") == "books" and ahead:
        clock.back_to(ahead)
    back = asked.field("back")
    return see_other(
        back
        if back.startswith("/")
        and not back.startswith("//")
        and back.isprintable()
        and "\\" not in back
        else "/guide"
    )


def year(site, asked: ShopRequest) -> ShopResponse:
    """Looks again by itself while it is played, without a script."""
    progress = site.shop.year.progress
    again = (("refresh", str(LOOK_AGAIN_SECONDS)),) if progress.running else ()
    return site.page(asked, "year.html", headers=again, progress=progress)


def play_year(site, asked: ShopRequest) -> ShopResponse:
    site.shop.year.start()
    return see_other("/year")


PAGES = {
    ("GET", r"/guide"): guide,
    ("POST", r"/clock"): turn_clock,
    ("GET", r"/year"): year,
    ("POST", r"/year"): play_year,
}
