"""Generates the source code of the three clients from the OpenAPI document."""

import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from local.clients.operations import ClientOperation, Parameter, read_resources
from local.clients.python_types import PythonTypes
from local.clients.schema_types import camel
from local.clients.typescript_types import TypescriptTypes
from shared.domain.shape import JsonSchema
from shared.openapi.document import describe_api
from shared.settings import ShopSettings

LINE_LENGTH = 100
EXAMPLE = ShopSettings("Shop", "https://shop.example.com", "https://rewards.example.com")
REFUSALS = ("Problem", "Refused")
"""Schemas that are exceptions in the Python client, and not types."""
RESERVED = {"from": "from_"}
"""Parameter names that are keywords in Python, and the names used instead."""


def write_clients() -> dict[str, str]:
    """The text of each file in `web/clients`, by file name."""
    document = describe_api(EXAMPLE)
    return {
        "grapevine.py": _python_client(document),
        "grapevine.php": _render("grapevine.php.jinja", document),
        "grapevine.d.ts": _typescript_types(document),
    }


def _python_client(document: Mapping[str, Any]) -> str:
    types = PythonTypes()
    types.name_components(document, without=REFUSALS)
    written = _render("grapevine.py.jinja", document, types=types)
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--line-length", str(LINE_LENGTH), "-"],
        input=written,
        capture_output=True,
        text=True,
        check=True,
    )
    return formatted.stdout


def _typescript_types(document: Mapping[str, Any]) -> str:
    types = TypescriptTypes()
    types.name_components(document)
    return _render("grapevine.d.ts.jinja", document, types=types)


def _render(template: str, document: Mapping[str, Any], **more: object) -> str:
    return (
        _templates()
        .get_template(template)
        .render(resources=read_resources(document), document=document, **more)
    )


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("local.clients"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    templates.filters |= {
        "argument": argument_name,
        "python_path": _python_path,
        "php_path": _php_path,
        "php_type": _php_type,
        "type_name": type_name,
    }
    return templates


def argument_name(parameter: Parameter) -> str:
    return RESERVED.get(parameter.name, parameter.name)


def type_name(operation: ClientOperation, part: str) -> str:
    """The name of a type of this operation, such as `MembersPutForm`. An answer that is a page of a
    list is named after its items, such as `EntryPage`.
    """
    listed = part == "Answer" and operation.lists
    if listed:
        return f"{listed}Page"
    return camel(operation.resource) + camel(operation.verb) + part


def _php_type(schema: JsonSchema) -> str:
    """The PHP type of a parameter or response; objects become arrays."""
    kinds = {"integer": "int", "boolean": "bool", "string": "string", "object": "array"}
    if "$ref" in schema:
        return "array"
    if "enum" in schema:
        return "string"
    return kinds.get(str(schema.get("type")), "mixed")


def _python_path(operation: ClientOperation) -> str:
    """The path as source code of Python; its parameters are URL-encoded."""
    path = operation.path
    for part in operation.path_parts:
        path = path.replace(f"{{{part.name}}}", f"{{_quote({part.name})}}")
    return f'f"{path}"' if operation.path_parts else f'"{path}"'


def _php_path(operation: ClientOperation) -> str:
    """The path as source code of PHP; its parameters are URL-encoded."""
    path = f"'{operation.path}'"
    for part in operation.path_parts:
        path = path.replace(f"{{{part.name}}}", f"' . rawurlencode(${part.name}) . '")
    return path.removesuffix(" . ''")
