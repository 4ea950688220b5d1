"""The pages of /join, for people who are not signed in (specification: join)."""

from shared.api.http import Answer
from shared.api.request import Request
from shared.owner_settings import shop_name
from shared.pages.site import language_cookies, page_answer, reader_language
from shared.settings import ShopSettings


def public_page(request: Request, template: str, status: int = 200, **values: object) -> Answer:
    """A page of the portal's templates, in the reader's language."""
    return page_answer(
        f"portal/{template}.html",
        reader_language(request),
        status,
        {},
        language_cookies(request),
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
        **values,
    )
