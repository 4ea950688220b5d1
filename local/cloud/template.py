"""Reads a SAM template and resolves its intrinsic functions (`!Ref`, `!Sub`, ...)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

type TemplatePart = dict[str, Any]
"""A mapping in the template. YAML allows any values, so the type cannot be narrower."""

ACCOUNT = "000000000000"
REGION = "us-east-1"
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
_NO_VALUE = object()
_ARN_SERVICES = {
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::Events::EventBus": "events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}",
    "AWS::Serverless::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
}
_NAME_PROPERTIES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
_REF_IS_ARN = {"AWS::SecretsManager::Secret", "AWS::SNS::Topic"}


class TemplateError(Exception):
    """The template uses something that the local cloud does not support; the message names it."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Uses libyaml if PyYAML was built with it, which is ten times as fast. mypy cannot follow this
    choice.
    """


def _construct_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> TemplatePart:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct_tag)


@dataclass(frozen=True)
class Template:
    """A parsed template and the values of its parameters.

    * `names`: physical names by logical id, which replace the names in the template.
    * `path`: the name of the file, for error messages.
    """

    document: TemplatePart
    parameters: dict[str, Any]
    stack: str = "grapevine"
    path: str = "template.yaml"
    names: dict[str, str] = field(default_factory=dict)

    def resources(self, kind: str) -> dict[str, TemplatePart]:
        """Returns the resources of one type by logical id, not resolved.

        Resources whose condition is false are left out.
        """
        return {
            logical: resource
            for logical, resource in self.document["Resources"].items()
            if resource["Type"] == kind and self._is_included(resource)
        }

    def properties(self, logical: str) -> TemplatePart:
        return self._resolve_mapping(self.document["Resources"][logical].get("Properties", {}))

    def resolve(self, value: Any) -> Any:
        """Returns the value with all intrinsic functions replaced by their results."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, argument), *_ = value.items()
            if key == "Ref":
                return self._reference(argument)
            if key.startswith("Fn::"):
                return self._call_function(key.removeprefix("Fn::"), argument)
        return self._resolve_mapping(value)

    def _resolve_mapping(self, mapping: TemplatePart) -> TemplatePart:
        resolved = {key: self.resolve(item) for key, item in mapping.items()}
        return {key: item for key, item in resolved.items() if item is not _NO_VALUE}

    def name(self, logical: str) -> str:
        """Returns the physical name of a resource."""
        if logical in self.names:
            return self.names[logical]
        resource = self._resource(logical)
        name = resource.get("Properties", {}).get(_NAME_PROPERTIES.get(resource["Type"], ""))
        return str(self.resolve(name)) if name else f"{self.stack}-{logical}"

    def arn(self, logical: str) -> str:
        kind = self._resource(logical)["Type"]
        if kind not in _ARN_SERVICES:
            raise TemplateError(f"{self.path}: no ARN is known here for {logical} ({kind})")
        return "arn:aws:" + _ARN_SERVICES[kind].format(
            region=REGION, account=ACCOUNT, name=self.name(logical)
        )

    def logical_id(self, arn: str, kind: str) -> str:
        """Returns the logical id of the resource with this type and ARN; raises TemplateError if
        there is none.
        """
        for candidate in self.resources(kind):
            if self.arn(candidate) == arn:
                return candidate
        raise TemplateError(f"{self.path}: {arn} is no {kind} of this template")

    def _resource(self, logical: str) -> TemplatePart:
        try:
            resource: TemplatePart = self.document["Resources"][logical]
            return resource
        except KeyError:
            raise TemplateError(f"{self.path}: {logical} is referred to and is not there") from None

    def _is_included(self, resource: TemplatePart) -> bool:
        condition = resource.get("Condition")
        return condition is None or self._condition(condition)

    def _condition(self, name: str) -> bool:
        try:
            return bool(self.resolve(self.document["Conditions"][name]))
        except KeyError:
            raise TemplateError(f"{self.path}: condition {name} is not there") from None

    def _reference(self, target: str) -> Any:
        if target in self.parameters:
            return self.parameters[target]
        if target == "AWS::NoValue":
            return _NO_VALUE
        if target == "AWS::StackName":
            return self.stack
        if target in _PSEUDO:
            return _PSEUDO[target]
        if target.endswith(".Alias"):
            return self._attribute(target.split("."))
        return (
            self.arn(target) if self._resource(target)["Type"] in _REF_IS_ARN else self.name(target)
        )

    def _attribute(self, argument: list[str]) -> str:
        """Returns an attribute of a resource (`!GetAtt`). A function's alias has the ARN of the
        function, because there is only one version here.
        """
        logical, attribute = argument
        if attribute == "Arn":
            return self.arn(logical)
        if attribute == "StreamArn":
            return f"{self.arn(logical)}/stream/local"
        if attribute == "Alias":
            return self.arn(logical)
        if attribute in ("QueueName", "Name", "TopicName"):
            return self.name(logical)
        raise TemplateError(f"{self.path}: {logical}.{attribute} is not known here")

    def _substitute(self, argument: Any) -> str:
        text, extra = (argument, {}) if isinstance(argument, str) else argument
        for part in text.split("${")[1:]:
            name = part.split("}", 1)[0]
            if name.startswith("!"):
                continue
            value = self.resolve(extra[name]) if name in extra else self._placeholder(name)
            text = text.replace("${" + name + "}", str(value))
        return str(text).replace("${!", "${")

    def _placeholder(self, name: str) -> Any:
        """Returns the value for `${name}` in the text of `!Sub`."""
        logical, dot, attribute = name.partition(".")
        return self._attribute([logical, attribute]) if dot else self._reference(name)

    def _call_function(self, name: str, argument: Any) -> Any:
        if name == "GetAtt":
            return self._attribute(argument)
        if name == "Sub":
            return self._substitute(argument)
        if name == "If":
            condition, yes, no = argument
            return self.resolve(yes if self._condition(condition) else no)
        return self._call_plain_function(name, self.resolve(argument))

    def _call_plain_function(self, name: str, values: Any) -> Any:
        """Returns the result of an intrinsic function whose arguments are already resolved."""
        match name:
            case "Equals":
                return str(values[0]) == str(values[1])
            case "Not":
                return not values[0]
            case "And":
                return all(values)
            case "Or":
                return any(values)
            case "Join":
                return values[0].join(map(str, values[1]))
            case "Split":
                return values[1].split(values[0])
            case "Select":
                return values[1][int(values[0])]
        raise TemplateError(f"{self.path}: the intrinsic function Fn::{name} is not known here")


def read_template(
    path: Path, parameters: dict[str, str] | None = None, names: dict[str, str] | None = None
) -> Template:
    """Reads the template at `path`.

    A parameter that is not given has its default. `names` has physical names by logical id, which
    replace the names in the template. Raises TemplateError if the file cannot be read, a given
    parameter is not declared, or a parameter has neither a value nor a default.
    """
    try:
        document = yaml.load(path.read_text(), _Loader)
    except (OSError, yaml.YAMLError) as problem:
        raise TemplateError(f"{path}: cannot be read: {problem}") from problem
    declared = document.get("Parameters", {})
    if unknown := set(parameters or {}) - set(declared):
        raise TemplateError(f"{path}: has no parameter {', '.join(sorted(unknown))}")
    values = {
        name: _parameter_value(path, name, declaration, (parameters or {}).get(name))
        for name, declaration in declared.items()
    }
    return Template(document, values, path=path.name, names=names or {})


def _parameter_value(path: Path, name: str, declaration: TemplatePart, text: str | None) -> Any:
    value = declaration.get("Default") if text is None else text
    if value is None:
        raise TemplateError(f"{path}: parameter {name} has no default and was not given")
    if declaration["Type"] == "CommaDelimitedList":
        return [part.strip() for part in str(value).split(",")]
    return value
