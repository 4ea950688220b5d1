"""Finds the route of a request, and adds CORS headers to responses."""

from urllib.parse import unquote

from local.cloud.http_events import GatewayRequest, GatewayResponse
from local.cloud.resources import DEFAULT_ROUTE, ApiRoute, Cors


class Routes:
    """Finds the most specific route, as API Gateway does.

    A literal segment comes before a parameter, and a parameter before a greedy parameter such as
    `{path+}`. A route for the request's method comes before one for any method. `$default` matches
    every other request, with any method.
    """

    def __init__(self, routes: tuple[ApiRoute, ...]) -> None:
        self._routes = sorted(routes, key=_generality)
        self._default = next((route for route in routes if route.path == DEFAULT_ROUTE), None)

    def find(self, method: str, raw_path: str) -> tuple[ApiRoute, dict[str, str]] | None:
        """Returns the route and its path parameters; the default route if no other matches, None if
        there is none.

        Parameters are decoded; a percent-encoded slash does not end a segment.
        """
        segments = raw_path.split("/")[1:]
        for route in self._routes:
            if route.method in (method, "ANY"):
                parameters = _match_path(route.path.split("/")[1:], segments)
                if parameters is not None:
                    return route, parameters
        return (self._default, {}) if self._default else None


def _generality(route: ApiRoute) -> tuple[list[int], bool]:
    """Returns a sort key that puts more specific routes first."""
    segments = [
        2 if segment.endswith("+}") else 1 if segment.startswith("{") else 0
        for segment in route.path.split("/")[1:]
    ]
    return segments, route.method == "ANY"


def _match_path(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """Returns the path parameters if the segments match the pattern, otherwise None."""
    parameters: dict[str, str] = {}
    for index, expected in enumerate(pattern):
        if expected.endswith("+}"):
            rest = "/".join(segments[index:])
            return {**parameters, expected[1:-2]: unquote(rest)} if rest else None
        if index >= len(segments):
            return None
        if expected.startswith("{"):
            if not segments[index]:
                return None
            parameters[expected[1:-1]] = unquote(segments[index])
        elif expected != unquote(segments[index]):
            return None
    return parameters if len(pattern) == len(segments) else None


def is_preflight(cors: Cors, request: GatewayRequest) -> bool:
    """Returns whether the request is a CORS preflight and the template configures CORS."""
    asks = request.method == "OPTIONS" and request.header("access-control-request-method")
    return bool(cors.origins and asks)


def with_cors(cors: Cors, request: GatewayRequest, response: GatewayResponse) -> GatewayResponse:
    """Returns the response with the CORS headers of the template.

    As in API Gateway, they replace the function's own CORS headers if the template configures CORS;
    otherwise the response stays unchanged.
    """
    if not cors.origins:
        return response
    headers = tuple(
        header for header in response.headers if not header[0].startswith("access-control-")
    )
    if _allows_origin(cors, request):
        headers += _cors_headers(cors, request)
        if is_preflight(cors, request):
            headers += _preflight_headers(cors)
    return GatewayResponse(response.status, headers, response.body)


def _allows_origin(cors: Cors, request: GatewayRequest) -> bool:
    origin = (request.header("origin") or "").lower()
    allowed = {allowed.lower() for allowed in cors.origins}
    return bool(origin) and ("*" in allowed or origin in allowed)


def _cors_headers(cors: Cors, request: GatewayRequest) -> tuple[tuple[str, str], ...]:
    origin = "*" if "*" in cors.origins else request.header("origin") or ""
    headers = [("access-control-allow-origin", origin), ("vary", "Origin")]
    if cors.expose:
        headers.append(("access-control-expose-headers", ",".join(cors.expose)))
    if cors.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    return tuple(headers)


def _preflight_headers(cors: Cors) -> tuple[tuple[str, str], ...]:
    headers = []
    if cors.methods:
        headers.append(("access-control-allow-methods", ",".join(cors.methods)))
    if cors.headers:
        headers.append(("access-control-allow-headers", ",".join(cors.headers)))
    if cors.max_age_seconds is not None:
        headers.append(("access-control-max-age", str(cors.max_age_seconds)))
    return tuple(headers)
