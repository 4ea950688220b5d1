"""Files that a browser downloads. A file that is too large for one answer comes in parts: the name
of each says so, and the header `link` (RFC 8288) has the address of the next (decision 230).
"""

from urllib.parse import urlencode

from shared.api.pagination import encode_cursor
from shared.api.request import Request

PARTS = "parts"
"""The query parameter of a caller who joins the parts. Then only the first part has a heading."""


def file_headers(name: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
    }


def link_to_next(request: Request, last: str | None) -> dict[str, str]:
    """The header that leads to the next part, which begins after `last`; empty if `last` is `None`."""
    if last is None:
        return {}
    cursor = encode_cursor(request.page().path, last)
    query = urlencode(request.queries | {"cursor": cursor})
    return {"link": f'<{request.raw_path}?{query}>; rel="next"'}


def is_in_parts(request: Request) -> bool:
    """Whether the caller requests a file in parts and joins the parts itself."""
    return bool(request.query(PARTS))
