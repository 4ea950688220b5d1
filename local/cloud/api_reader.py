"""Reads the HTTP API from the template: routes and authorizers from its OpenAPI definition, and its
CORS settings.
"""

import re

from local.cloud.resources import DEFAULT_ROUTE, ApiRoute, Authorizer, Cors
from local.cloud.template import Template, TemplateError, TemplatePart

_METHODS = {"delete", "get", "head", "options", "patch", "post", "put"}
_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHORIZER = "x-amazon-apigateway-authorizer"
_HEADER, _CONTEXT = "$request.header.", "$context."


def read_routes(template: Template) -> tuple[ApiRoute, ...]:
    """Returns the routes of the API definition.

    Raises TemplateError, which names the route, if the local cloud cannot run a route.
    """
    definition = _api_properties(template).get("DefinitionBody", {})
    schemes = definition.get("components", {}).get("securitySchemes", {})
    authorizers = {
        name: _read_authorizer(template, name, scheme[_AUTHORIZER])
        for name, scheme in schemes.items()
    }
    return tuple(
        _read_route(template, authorizers, method, path, operation)
        for path, operations in definition.get("paths", {}).items()
        for method, operation in operations.items()
        if method in _METHODS or method == _ANY_METHOD
    )


def read_cors(template: Template) -> Cors:
    declaration = _api_properties(template).get("CorsConfiguration", {})
    return Cors(
        tuple(declaration.get("AllowOrigins", ())),
        tuple(declaration.get("AllowMethods", ())),
        tuple(declaration.get("AllowHeaders", ())),
        tuple(declaration.get("ExposeHeaders", ())),
        declaration.get("MaxAge"),
        bool(declaration.get("AllowCredentials", False)),
    )


def _api_properties(template: Template) -> TemplatePart:
    logical = next(iter(template.resources("AWS::Serverless::HttpApi")), None)
    return template.properties(logical) if logical else {}


def _read_route(
    template: Template,
    authorizers: dict[str, Authorizer],
    method: str,
    path: str,
    operation: TemplatePart,
) -> ApiRoute:
    where = f"{template.path}: {method} {path}"
    integration = operation.get(_INTEGRATION, {})
    version = str(integration.get("payloadFormatVersion"))
    if integration.get("type") != "aws_proxy" or version != "2.0":
        raise TemplateError(
            f"{where} leads to no function by aws_proxy and payload 2.0, the only kind played here"
        )
    names = [name for scheme in operation.get("security", []) for name in scheme]
    if unknown := set(names) - set(authorizers):
        raise TemplateError(f"{where} asks {', '.join(unknown)}, which is no authorizer")
    return ApiRoute(
        "ANY" if method == _ANY_METHOD else method.upper(),
        DEFAULT_ROUTE if operation.get("isDefaultRoute") else path,
        _function_behind(template, integration["uri"]),
        authorizers[names[0]] if names else None,
    )


def _function_behind(template: Template, uri: str) -> str:
    """Returns the logical id of the function that the URI of an integration or authorizer names.

    Raises TemplateError if the URI names no function.
    """
    found = re.fullmatch(r"arn:aws:apigateway:[^:]+:lambda:path/[\d-]+/functions/(.+)/\w+", uri)
    if not found:
        raise TemplateError(f"{template.path}: {uri} names no function")
    return template.logical_id(found[1], "AWS::Serverless::Function")


def _read_authorizer(template: Template, name: str, declaration: TemplatePart) -> Authorizer:
    version = str(declaration.get("authorizerPayloadFormatVersion"))
    if not declaration.get("enableSimpleResponses") or version != "2.0":
        raise TemplateError(
            f"{template.path}: authorizer {name} is not one of payload 2.0 with simple responses,"
            " the only kind played here"
        )
    sources = declaration.get("identitySource", [])
    return Authorizer(
        name,
        _function_behind(template, declaration["authorizerUri"]),
        tuple(source.removeprefix(_HEADER) for source in sources if source.startswith(_HEADER)),
        tuple(source.removeprefix(_CONTEXT) for source in sources if source.startswith(_CONTEXT)),
    )
