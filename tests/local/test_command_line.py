"""The `grapevine` command line itself."""

import pkgutil
from importlib.metadata import version

import pytest

from local.cli import commands
from local.cli.main import COMMANDS, main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"grapevine {version('grapevine')}\n"


def test_every_module_of_commands_is_a_command() -> None:
    """`import` is a word of Python, so its module has a longer name."""
    modules = [module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)]
    assert list(COMMANDS) == sorted(name.replace("import-file", "import") for name in modules)
