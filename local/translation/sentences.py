"""Collects the console's error messages from the source code, for translation.

Values in a message become named placeholders (decision 112). Messages come from modules that the
console's functions import: the text of a `FieldError`, a `ValueError`, a refusal, or a finding of
lint. A message that this module cannot read is an error, so that none is missed.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shared import problem, words
from shared.connectors import refusals
from shared.connectors.connector import PlatformRefused
from shared.console.roles import ROLES
from shared.domain import document
from shared.domain.document import FieldError, SourceDocument
from shared.domain.evaluation import naming
from shared.domain.ledger.holds import HoldRefused
from shared.domain.lint.finding import Finding
from shared.domain.members import one_person
from shared.processors.recovery import NO_ANSWER
from shared.tables.text import UnreadableTable
from shared.webhooks.listing import CannotList
from shared.webhooks.parking import PARKING_REASONS

ROOT = Path(__file__).parents[2]
CONSOLE = "shared.console.site"
"""A function that imports this module answers with pages of the console."""
STORED = ("shared/processors/access.py", "shared/webhooks/bigcommerce/listing.py")
"""Other modules whose messages are stored, and shown by the console later."""
INTERNAL = (
    "shared/store/",
    "shared/jobs/job.py",
    "shared/webhooks/provider.py",
    "shared/domain/reconciliation/sketch.py",
)
"""Modules whose messages no user sees: they are about stored items, queue messages and webhook
bodies.
"""
REFUSALS = {kind.__name__ for kind in (problem.Problem, *problem.STATUSES)}
SENTENCE_POSITIONS = {
    FieldError.__name__: 1,
    SourceDocument.fault.__name__: 1,
    ValueError.__name__: 0,
    UnreadableTable.__name__: 0,
    Finding.__name__: 3,
    HoldRefused.__name__: 1,
    PlatformRefused.__name__: 0,
    CannotList.__name__: 0,
} | dict.fromkeys(REFUSALS, 1)
"""The position of the message among the arguments, by the name of the called class or function."""
PASSED_ON = ("str", "detail", "message", "text")
"""Expressions that pass on a message from elsewhere: `str(error)`, `error.detail`, `fault.message`,
`finding.text`.
"""
TRANSLATED_VALUES = (*ROLES, "approved", "refused")
"""Values in messages that are words, and are translated too."""
TABLES: tuple[Mapping[Any, str], ...] = (
    words.CREDIT,
    document.JSON_TYPES,
    words.MAIL_OBSTACLES,
    naming.NAMINGS,
    one_person.MERGES,
    words.SETTLEMENTS,
    words.DIFFERENCES,
    refusals.KEY_ADVICE,
    refusals.SCOPE_ADVICE,
    refusals.ADDRESS_ADVICE,
)
"""Tables of sentences and words; modules look up a text in them by its key."""
TABLE_NAMES = {
    name
    for module in (words, document, naming, one_person, refusals)
    for name, value in vars(module).items()
    if any(value is table for table in TABLES)
}


class UnreadableSentence(Exception):
    """The text of a message cannot be determined from the source code."""


def list_sentences() -> Iterator[tuple[str, str]]:
    """Yields the name of a file and a message for each message; the message is a format for
    `str.format`.
    """
    for path in sorted({*console_modules(), *(ROOT / name for name in STORED)}):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(INTERNAL):
            for text in dict.fromkeys(list_module_sentences(path)):
                yield name, text
    for texts in (*(table.values() for table in TABLES), TRANSLATED_VALUES):
        for text in dict.fromkeys(texts):
            yield "words.py", _escape(text)
    for text in PARKING_REASONS.values():
        yield "parking.py", text
    yield "recovery.py", NO_ANSWER


def console_modules() -> set[Path]:
    """Returns the functions of the console, and all modules of `shared` that they import, directly
    or indirectly.
    """
    modules: set[Path] = set()
    waiting = [path for path in (ROOT / "functions").glob("*.py") if CONSOLE in _imports(path)]
    while waiting:
        path = waiting.pop()
        if path not in modules:
            modules.add(path)
            waiting += [module for name in _imports(path) if (module := _find_module(name))]
    return modules


def _imports(path: Path) -> list[str]:
    """Returns the names that a module imports; `from a import b` gives `a` and `a.b`."""
    names = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
    return names


def _find_module(name: str) -> Path | None:
    folder = ROOT / name.replace(".", "/")
    if not name.startswith("shared."):
        return None
    return next(filter(Path.is_file, (folder.with_suffix(".py"), folder / "__init__.py")), None)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def list_module_sentences(path: Path) -> Iterator[str]:
    """Yields the messages of a module; raises UnreadableSentence."""
    tree = _tree(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in (tree, *functions):
        for call in _own_calls(scope):
            yield from _call_sentences(call, scope, path)


def _own_calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Yields the calls in a scope, without calls in functions inside it."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _own_calls(node)


def _call_sentences(call: ast.Call, scope: ast.AST, path: Path) -> Iterator[str]:
    """Yields the messages of a call; none if the called class or function takes no message."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    is_foreign = (
        name in REFUSALS
        and f"{problem.__name__}.{name}" not in _imports(path)
        and path.name != "problem.py"
    )
    position = SENTENCE_POSITIONS.get(name)
    if not is_foreign and position is not None and len(call.args) > position:
        yield from _read_texts(call.args[position], scope, path)


def _read_texts(expression: ast.expr, scope: ast.AST, path: Path) -> list[str]:
    """Returns the possible messages of an expression; raises UnreadableSentence."""
    match expression:
        case ast.Constant(str()) | ast.JoinedStr() | ast.BinOp():
            return [_read_pattern(expression, [])]
        case ast.IfExp():
            return _read_texts(expression.body, scope, path) + _read_texts(
                expression.orelse, scope, path
            )
        case ast.Name():
            return _read_assigned(expression.id, scope, path)
        case ast.Subscript(ast.Name(table)) if table in TABLE_NAMES:
            return []
        case ast.Call(ast.Name(name)) | ast.Attribute(_, name) if name in PASSED_ON:
            return []
    raise UnreadableSentence(f"{path}:{expression.lineno}: {ast.unparse(expression)}")


def _read_assigned(name: str, scope: ast.AST, path: Path) -> list[str]:
    """Returns the possible messages of a variable in its scope.

    Nothing for a parameter, because its message is found where the function is called.
    """
    if isinstance(scope, ast.FunctionDef) and name in {
        argument.arg for argument in scope.args.args
    }:
        return []
    values = [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    if not values:
        raise UnreadableSentence(f"{path}: nothing says what {name} is")
    return [text for value in values for text in _read_texts(value, scope, path)]


def _read_pattern(expression: ast.expr, names: list[str]) -> str:
    """Returns the message with a placeholder `{name}` for each value, and adds the names to
    `names`.

    If a name repeats, a number is added to it.
    """
    match expression:
        case ast.Constant(str(text)):
            return _escape(text)
        case ast.JoinedStr(parts):
            return "".join(_read_pattern(part, names) for part in parts)
        case ast.BinOp(left, ast.Add(), right):
            return _read_pattern(left, names) + _read_pattern(right, names)
        case ast.FormattedValue(value):
            return _read_pattern(value, names)
    names.append(_value_name(expression))
    uses = names.count(names[-1])
    return f"{{{names[-1]}{uses if uses > 1 else ''}}}"


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _value_name(expression: ast.expr) -> str:
    """Returns the name for the value of an expression, such as `most` for `money(most)`."""
    match expression:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case ast.Call(_, [argument, *_]):
            return _value_name(argument)
        case ast.Subscript(inner) | ast.BinOp(inner) | ast.GeneratorExp(inner):
            return _value_name(inner)
    return "value"
