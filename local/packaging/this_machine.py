"""The layer as this machine can load it.

It is built for arm64. Everything in it is Python, but for two compiled modules; only those are
replaced by what the same releases, from the same lock, have installed here.
"""

import importlib.util
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path


class OtherRelease(Exception):
    """The layer holds another release of a package than this environment; make both anew."""


def copy_build(build: Path, copy: Path) -> Path:
    """Copy a finished build, its template too, with modules that this machine can load.

    Raises `OtherRelease`.
    """
    shutil.copytree(build, copy)
    for compiled in list_compiled(copy):
        package = compiled.parent.name
        _check_release(compiled.parent.parent, package)
        compiled.unlink()
        for own in _installed(package, compiled.name.partition(".")[0]):
            shutil.copy(own, compiled.parent)
    return copy


def list_compiled(build: Path) -> list[Path]:
    """Every module of the build that is machine code."""
    return sorted(build.rglob("*.so"))


def _installed(package: str, module: str) -> Iterator[Path]:
    """The compiled module of a package in this environment, whose name says for which machine."""
    spec = importlib.util.find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        yield from (
            path for path in Path(folder).glob(f"{module}.*") if path.suffix in (".so", ".pyd")
        )


def _check_release(layer: Path, package: str) -> None:
    here = version(package)
    if not (layer / f"{package}-{here}.dist-info").is_dir():
        raise OtherRelease(
            f"the layer has another release of {package} than the {here} of this environment;"
            " run make lock and make build"
        )
