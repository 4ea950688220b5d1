"""The parts of the shop that its pages use, and the rendering of pages."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.demo.shop.clock_switch import ClockSwitch
from local.demo.shop.database import Customer, ShopDatabase
from local.demo.shop.http_messages import VISIT_COOKIE, ShopRequest, ShopResponse
from local.demo.shop.local_controls import LocalControls
from local.demo.shop.products import CURRENCY, PRODUCTS, SHIPPING
from local.demo.shop.simulated_year import SimulatedYear
from local.demo.shop.storefront import Storefront
from shared.pages import figures
from web.clients.grapevine import ClickAnswer, Grapevine, Problem, Unreachable

FOLDER = files("local.demo.shop")


@dataclass(frozen=True)
class Shop:
    database: ShopDatabase
    grapevine: Grapevine
    controls: LocalControls
    storefront: Storefront
    clock: ClockSwitch
    year: SimulatedYear
    templates: Environment

    def render(
        self,
        request: ShopRequest,
        template: str,
        status: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
        **values: object,
    ) -> ShopResponse:
        """Renders a template with `values` and with the values that the layout of every page needs."""
        customer = self.customer(request)
        frame = {
            "now": self.controls.now(),
            "last_order_at": self.future_last_order(),
            "customer": customer,
            "referrer": None if customer else self.referrer(request),
            "cart_quantity": sum(line.quantity for line in request.cart),
            "path": request.path,
        }
        page = self.templates.get_template(template).render(frame | values)
        return ShopResponse(page.encode(), status, (*self._security_headers(), *headers))

    def render_trouble(self, problem: str, status: int) -> ShopResponse:
        """Renders an error page. It makes no call to Grapevine."""
        page = self.templates.get_template("trouble.html").render(problem=problem)
        return ShopResponse(page.encode(), status, self._security_headers())

    def future_last_order(self) -> datetime | None:
        """Returns when the latest order was placed if that is in the future of the local clock,
        otherwise None.

        This happens after a restart: the local clock shows the real time again, but the simulated
        year placed orders later than that.
        """
        last = self.database.last_placed_at()
        return last if last and last > self.controls.now() else None

    def customer(self, request: ShopRequest) -> Customer | None:
        return self.database.find_signed_in(request.cookies.get(VISIT_COOKIE, ""))

    def referrer(self, request: ShopRequest) -> ClickAnswer | None:
        """Returns the advocate whose link this browser followed and what the link offers; None
        without one.
        """
        try:
            return self.grapevine.clicks.get(request.ref_token) if request.ref_token else None
        except (Problem, Unreachable):
            return None

    def _security_headers(self) -> tuple[tuple[str, str], ...]:
        """Returns the security headers of a strict shop. They allow only the shop's own files, and
        the snippet, the widget and the API of Grapevine.
        """
        grapevine = self.grapevine.base_url
        policy = (
            f"default-src 'none'; script-src 'self' {grapevine}; connect-src {grapevine};"
            f" style-src 'self' {grapevine}; img-src 'self' data: {grapevine};"
            f" form-action 'self' {grapevine}; base-uri 'none'; frame-ancestors 'none'"
        )
        return (
            ("content-security-policy", policy),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        )


def load_templates(base_url: str, publishable_key: str) -> Environment:
    """Returns the templates of the shop. Their pages load Grapevine's snippet from `base_url`."""
    templates = Environment(
        loader=FileSystemLoader(str(FOLDER / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "money": _format_money,
        "day": _format_day,
        "day_of": lambda text: _format_day(datetime.fromisoformat(text)),
        "minute": lambda text: figures.minute(datetime.fromisoformat(text), "en"),
    }
    templates.globals |= {
        "products": PRODUCTS,
        "shipping": SHIPPING,
        "base_url": base_url,
        "publishable_key": publishable_key,
    }
    return templates


def _format_money(amount_minor: int) -> str:
    return figures.money(amount_minor, CURRENCY, "en")


def _format_day(moment: datetime) -> str:
    return figures.day(moment, "en")
