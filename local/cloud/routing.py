"""Which route of the template a request takes, and whether a page of another origin may read the answer."""

from urllib.parse import unquote

from local.cloud.http_events import GatewayRequest, GatewayResponse
from local.cloud.resources import DEFAULT_ROUTE, Cors, Route


class Routes:
    """The most specific route wins, as in API Gateway: a literal segment before a parameter, a parameter before a greedy one."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._routes = sorted(routes, key=_vagueness)
        self._default = next((route for route in routes if route.path == DEFAULT_ROUTE), None)

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and its path parameters, decoded; a percent-encoded slash stays within its segment. Else the default route."""
        segments = raw_path.split("/")[1:]
        for route in self._routes:
            if route.method in (method, "ANY"):
                parameters = _parameters(route.path.split("/")[1:], segments)
                if parameters is not None:
                    return route, parameters
        return (self._default, {}) if self._default else None


def _vagueness(route: Route) -> tuple:
    segments = [
        2 if segment.endswith("+}") else 1 if segment.startswith("{") else 0
        for segment in route.path.split("/")[1:]
    ]
    return segments, route.method == "ANY"


def _parameters(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    found = {}
    for index, wanted in enumerate(pattern):
        if wanted.endswith("+}"):
            rest = "/".join(segments[index:])
            return {**found, wanted[1:-2]: unquote(rest)} if rest else None
        if index >= len(segments):
            return None
        if wanted.startswith("{"):
            if not segments[index]:
                return None
            found[wanted[1:-1]] = unquote(segments[index])
        elif wanted != unquote(segments[index]):
            return None
    return found if len(pattern) == len(segments) else None


def preflight(cors: Cors, request: GatewayRequest) -> GatewayResponse | None:
    """The gateway answers a preflight itself; None when the request is none."""
    if (
        not cors.origins
        or request.method != "OPTIONS"
        or not request.header("access-control-request-method")
    ):
        return None
    if not _allowed(cors, request):
        return GatewayResponse(204)
    headers = [*_common(cors, request)]
    if cors.methods:
        headers.append(("access-control-allow-methods", ",".join(cors.methods)))
    if cors.headers:
        headers.append(("access-control-allow-headers", ",".join(cors.headers)))
    if cors.max_age_seconds is not None:
        headers.append(("access-control-max-age", str(cors.max_age_seconds)))
    return GatewayResponse(204, tuple(headers))


def with_cors(cors: Cors, request: GatewayRequest, response: GatewayResponse) -> GatewayResponse:
    """As API Gateway: where the template configures CORS, what a function says about it does not count."""
    if not cors.origins:
        return response
    kept = tuple(
        header for header in response.headers if not header[0].startswith("access-control-")
    )
    return GatewayResponse(
        response.status,
        kept + (_common(cors, request) if _allowed(cors, request) else ()),
        response.body,
    )


def _allowed(cors: Cors, request: GatewayRequest) -> bool:
    origin = (request.header("origin") or "").lower()
    return bool(origin) and (
        "*" in cors.origins or origin in {allowed.lower() for allowed in cors.origins}
    )


def _common(cors: Cors, request: GatewayRequest) -> tuple[tuple[str, str], ...]:
    headers = [
        (
            "access-control-allow-origin",
            "*" if "*" in cors.origins else request.header("origin") or "",
        ),
        ("vary", "Origin"),
    ]
    if cors.expose:
        headers.append(("access-control-expose-headers", ",".join(cors.expose)))
    if cors.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    return tuple(headers)
