"""Makes a copy of the build that this machine can run.

The layer is built for arm64. Apart from a few compiled modules everything in it is Python, so only
these are replaced, by those of the same releases that are installed here.
"""

import shutil
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path


class OtherRelease(Exception):
    """The layer has another release of a package than this environment. Install and build again."""


def copy_build(build: Path, copy: Path) -> Path:
    """Copies a finished build, with its template; compiled modules are replaced by those of this
    machine.

    Raises `OtherRelease`.
    """
    shutil.copytree(build, copy)
    for compiled in list_compiled(copy):
        _replace(compiled, next(path for path in compiled.parents if path.name == "python"))
    return copy


def list_compiled(build: Path) -> list[Path]:
    """Returns every module of the build that is machine code."""
    return sorted(build.rglob("*.so"))


def _replace(compiled: Path, layer: Path) -> None:
    place = compiled.relative_to(layer)
    installed = _distribution(layer, place.parts[0].partition(".")[0])
    compiled.unlink()
    module, folder = place.name.partition(".")[0], place.parent
    for own in Path(str(installed.locate_file(folder))).glob(f"{module}.*"):
        if own.suffix in (".so", ".pyd"):
            shutil.copy(own, layer / folder)


def _distribution(layer: Path, module: str) -> Distribution:
    """Returns the installed package that contains the module; raises `OtherRelease` if the layer
    has another release of it.
    """
    names = packages_distributions().get(module)
    if not names:
        raise OtherRelease(f"the layer has {module}, which this environment has not; run make test")
    here = distribution(names[0])
    known = f"{names[0]}-{here.version}.dist-info".replace("_", "-").lower()
    there = {path.name.replace("_", "-").lower() for path in layer.glob("*.dist-info")}
    if known not in there:
        raise OtherRelease(
            f"the layer has another release of {names[0]} than the {here.version} of this"
            " environment; run make lock and make build"
        )
    return here
