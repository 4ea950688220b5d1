"""The sentences in which the console says no, taken from the source itself: each with names where its values stand (decision 112).

What can be raised while a page is made is what the console's functions import. A sentence is the text of a `FieldError`, a `ValueError`, a
refusal or a finding of lint; one that cannot be read here is an error, so that none is forgotten.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared import problem, words
from shared.console.roles import ROLES
from shared.domain import document
from shared.webhooks.parking import PARKING_REASONS

ROOT = Path(__file__).parents[2]
CONSOLE = "shared.console.site"
"""Whoever imports this answers with pages of the console."""
STORE = "shared/store/"
"""What is raised in there is never said to anybody."""
REFUSALS = {kind.__name__ for kind in problem.STATUSES} | {"Problem"}
PLACES = {
    "FieldError": 1,
    "StatementFault": 1,
    "fault": 1,
    "ValueError": 0,
    "Finding": 3,
    "HoldRefused": 1,
} | dict.fromkeys(REFUSALS, 1)
"""Where the sentence stands among the arguments."""
HANDED_ON = ("str", "detail", "message", "text")
"""`str(error)`, `error.detail`, `fault.message`, `finding.text`: said elsewhere."""
SAID_AS_VALUES = {word: word for word in (*ROLES, "approved", "refused")}
"""Words that a sentence holds as a value and people read in their language."""
TABLES = {
    "CREDIT": words.CREDIT,
    "KINDS": document.KINDS,
    "MAIL_HINDRANCES": words.MAIL_HINDRANCES,
    "SAID_AS_VALUES": SAID_AS_VALUES,
    "SETTLEMENTS": words.SETTLEMENTS,
}


class UnreadableSentence(Exception):
    """A sentence whose words are not in the source where it is raised."""


def list_sentences() -> Iterator[tuple[str, str]]:
    """Where each stands, and the sentence as `str.format` reads it."""
    for place in sorted(console_modules()):
        name = place.relative_to(ROOT).as_posix()
        yield from (
            (name, text) for text in dict.fromkeys(_in(place)) if not name.startswith(STORE)
        )
    yield from (
        ("words.py", _literal(text))
        for table in TABLES.values()
        for text in dict.fromkeys(table.values())
    )
    yield from (("parking.py", text) for text in PARKING_REASONS.values())


def console_modules() -> set[Path]:
    """Every module of ours that a function of the console imports, itself or by another."""
    found: set[Path] = set()
    waiting = [place for place in (ROOT / "functions").glob("*.py") if CONSOLE in _imported(place)]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += [other for name in _imported(place) if (other := _file(name))]
    return found


def _imported(place: Path) -> list[str]:
    names = []
    for node in ast.walk(_tree(place)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
    return names


def _file(module: str) -> Path | None:
    place = ROOT / (module.replace(".", "/") + ".py")
    return place if module.startswith("shared.") and place.is_file() else None


@cache
def _tree(place: Path) -> ast.Module:
    return ast.parse(place.read_text())


def _in(place: Path) -> Iterator[str]:
    tree = _tree(place)
    for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for call in _own_calls(function):
            yield from _said(call, function, place)


def _own_calls(function: ast.AST) -> Iterator[ast.Call]:
    """Calls in it and not in a function within."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _own_calls(node)


def _said(call: ast.Call, function: ast.AST, place: Path) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    ours = (
        name not in REFUSALS
        or f"shared.problem.{name}" in _imported(place)
        or place.name == "problem.py"
    )
    if ours and name in PLACES and len(call.args) > PLACES[name]:
        yield from _texts(call.args[PLACES[name]], function, place)


def _texts(said: ast.expr, function: ast.AST, place: Path) -> list[str]:
    match said:
        case ast.Constant(str()) | ast.JoinedStr() | ast.BinOp():
            return [_pattern(said, [])]
        case ast.IfExp():
            return _texts(said.body, function, place) + _texts(said.orelse, function, place)
        case ast.Name():
            return _assigned(said.id, function, place)
        case ast.Subscript(ast.Name(table)) if table in TABLES:
            return []
        case ast.Call(ast.Name(name)) | ast.Attribute(_, name) if name in HANDED_ON:
            return []
    raise UnreadableSentence(f"{place}:{said.lineno}: {ast.unparse(said)}")


def _assigned(name: str, function: ast.AST, place: Path) -> list[str]:
    """What a name stands for in a function; an argument is said by whoever calls."""
    if isinstance(function, ast.FunctionDef) and name in {
        argument.arg for argument in function.args.args
    }:
        return []
    values = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    if not values:
        raise UnreadableSentence(f"{place}: nothing says what {name} is")
    return [text for value in values for text in _texts(value, function, place)]


def _pattern(said: ast.expr, names: list[str]) -> str:
    """With `{name}` where a value stands; a name that is there already has a number."""
    match said:
        case ast.Constant(str(text)):
            return _literal(text)
        case ast.JoinedStr(parts):
            return "".join(_pattern(part, names) for part in parts)
        case ast.BinOp(left, ast.Add(), right):
            return _pattern(left, names) + _pattern(right, names)
        case ast.FormattedValue(value):
            return _pattern(value, names)
    names.append(_name(said))
    many = names.count(names[-1])
    return f"{{{names[-1]}{many if many > 1 else ''}}}"


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _name(value: ast.expr) -> str:
    match value:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case ast.Call(_, [argument, *_]):
            return _name(argument)
        case ast.Subscript(inner) | ast.BinOp(inner) | ast.GeneratorExp(inner):
            return _name(inner)
    return "value"
