"""The routes of the deployed API, and calls of its functions by Lambda's `Invoke`.

MiniStack does not create routes from an OpenAPI body, so this module reads them from the deployed
template.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from local.cloud.functions import InvocationFailed
from local.cloud.resources import DEFAULT_ROUTE, ApiRoute, Authorizer
from local.cloud.template import TemplatePart
from local.operations.deployed_stack import DeployedStack, client
from local.rehearsal.cloud import RehearsalFailed

MOST_CALLS_AT_ONCE = 32
_FUNCTION = re.compile(r"/functions/(.+)/invocations$")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)(?:\.[A-Za-z]+)?\}")
_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHORIZER = "x-amazon-apigateway-authorizer"
_ANY = "x-amazon-apigateway-any-method"


class DeployedFunctions:
    """Invokes functions of a stack, as API Gateway does, by their physical names or aliases."""

    def __init__(self) -> None:
        config = Config(
            max_pool_connections=MOST_CALLS_AT_ONCE,
            read_timeout=120,
            retries={"total_max_attempts": 1},
        )
        self.client: Any = get_session().create_client("lambda", config=config)
        self.hands = ThreadPoolExecutor(MOST_CALLS_AT_ONCE)

    async def invoke(self, function: str, event: object) -> Any:
        """Returns the result of the function; raises `InvocationFailed`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.hands, self.call, function, event)

    def call(self, function: str, event: object) -> Any:
        """Returns the result of the function; raises `InvocationFailed`. Blocks the thread."""
        answer = self.client.invoke(FunctionName=function, Payload=json.dumps(event))
        result = json.load(answer["Payload"])
        if answer.get("FunctionError"):
            raise InvocationFailed(function, str(result)[:2000])
        return result


def read_routes(stack: DeployedStack) -> tuple[ApiRoute, ...]:
    """Returns the routes of the stack's API, from the template after CloudFormation has processed
    it.
    """
    body = _api_body(stack.name)
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {
        name: _authorizer(stack, name, scheme[_AUTHORIZER])
        for name, scheme in schemes.items()
        if _AUTHORIZER in scheme
    }
    return tuple(_routes(stack, body["paths"], authorizers))


def _api_body(stack: str) -> TemplatePart:
    template = client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")
    document = template["TemplateBody"]
    document = json.loads(document) if isinstance(document, str) else document
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            body: TemplatePart = resource["Properties"]["Body"]
            return body
    raise RehearsalFailed("the deployed template has no HTTP API with a body")


def _routes(
    stack: DeployedStack, paths: TemplatePart, authorizers: dict[str, Authorizer]
) -> Iterator[ApiRoute]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            if _INTEGRATION not in operation:
                continue
            schemes = [name for choice in operation.get("security", ()) for name in choice]
            yield ApiRoute(
                "ANY" if method == _ANY else method.upper(),
                DEFAULT_ROUTE if path.strip("/") == DEFAULT_ROUTE else path,
                _function(stack, operation[_INTEGRATION]["uri"]),
                next((authorizers[name] for name in schemes if name in authorizers), None),
            )


def _authorizer(stack: DeployedStack, name: str, declared: TemplatePart) -> Authorizer:
    sources = [source.removeprefix("$") for source in declared["identitySource"]]
    return Authorizer(
        name,
        _function(stack, declared["authorizerUri"]),
        tuple(text.removeprefix("request.header.") for text in sources if "header" in text),
        tuple(text.removeprefix("context.") for text in sources if "context." in text),
    )


def _function(stack: DeployedStack, uri: object) -> str:
    """Returns the name by which the function behind an integration's URI is invoked."""
    found = _FUNCTION.search(_resolved(stack, uri))
    if found is None:
        raise RehearsalFailed(f"the API has an integration that is no function: {uri}")
    return found[1]


def _resolved(stack: DeployedStack, value: object) -> str:
    """Returns the value as text, with the physical names of the stack in place of logical ids."""
    match value:
        case str():
            return value
        case {"Ref": str(logical)}:
            return stack.physical(logical)
        case {"Fn::GetAtt": [str(logical), *_]}:
            return stack.physical(logical)
        case {"Fn::Sub": str(text)}:
            return _substituted(stack, text, {})
        case {"Fn::Sub": [str(text), dict(values)]}:
            return _substituted(stack, text, values)
    raise RehearsalFailed(f"the deployed template says where a function is by {value}")


def _substituted(stack: DeployedStack, text: str, values: dict[str, object]) -> str:
    def fill(place: re.Match[str]) -> str:
        name = place[1]
        return _resolved(stack, values[name]) if name in values else stack.physical(name)

    return _PLACEHOLDER.sub(fill, text)
