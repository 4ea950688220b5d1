"""What a request costs at Shopify: points, by the objects that it asks for.

Shopify's page on rate limits: scalars are free, an object costs 1, a mutation 10, a connection 2
and each of its nodes as many times as `first` says. No request may cost more than 1,000.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    parse,
)

MOST_POINTS = 1_000
MUTATION, CONNECTION = 10, 2


def points_of(schema: GraphQLSchema, document: str, variables: Mapping[str, Any]) -> int:
    """The points of one request."""
    (operation,) = parse(document).definitions
    changes = operation.operation.value == "mutation"
    root = schema.mutation_type if changes else schema.query_type
    total = _points(schema, operation.selection_set, root, variables)
    return total + MUTATION * changes * len(operation.selection_set.selections)


def _points(
    schema: GraphQLSchema,
    selected: SelectionSetNode | None,
    kind: Any,
    variables: Mapping[str, Any],
) -> int:
    total = 0
    for part in selected.selections if selected else ():
        if isinstance(part, InlineFragmentNode):
            inner = schema.type_map[part.type_condition.name.value]
            total += _points(schema, part.selection_set, inner, variables)
        elif isinstance(part, FieldNode) and part.name.value in kind.fields:
            total += _points_of_field(schema, part, kind, variables)
    return total


def _points_of_field(
    schema: GraphQLSchema, part: FieldNode, kind: Any, variables: Mapping[str, Any]
) -> int:
    named = get_named_type(kind.fields[part.name.value].type)
    if is_leaf_type(named):
        return 0
    inner = (
        _points(schema, part.selection_set, named, variables)
        if _has_fields(named)
        else sum(
            _points(schema, SelectionSetNode(selections=[it]), named, variables)
            for it in part.selection_set.selections
            if isinstance(it, InlineFragmentNode)
        )
    )
    return CONNECTION + _first(part, variables) * inner if _is_connection(named) else 1 + inner


def _has_fields(named: Any) -> bool:
    return hasattr(named, "fields")


def _is_connection(named: Any) -> bool:
    return named.name.endswith("Connection")


def _first(part: FieldNode, variables: Mapping[str, Any]) -> int:
    """The argument `first` of a field."""
    (value,) = (it.value for it in part.arguments if it.name.value == "first")
    if isinstance(value, VariableNode):
        return int(variables[value.name.value])
    assert isinstance(value, IntValueNode)
    return int(value.value)
