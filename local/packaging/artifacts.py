"""Reduces, compiles and measures the artifacts of `sam build`."""

import compileall
import py_compile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from local.cloud.template import read_template
from local.packaging.layer_cuts import cut_clients, cut_layer

MEGABYTE = 1024 * 1024
MOST_UNPACKED = 60 * MEGABYTE
"""Limit in bytes for a function with its layers; Lambda's own limit is 250 MB."""
MOST_ZIPPED = 20 * MEGABYTE
"""Limit in bytes for one artifact; Lambda downloads it at a cold start."""
_LAYER_FOLDER = "python"


class ArtifactTooLarge(Exception):
    """An artifact is larger than its limit; the message has its name and size."""


class ArtifactSize(NamedTuple):
    """The size of an artifact, in bytes."""

    name: str
    unpacked: int
    zipped: int


def finish_artifacts(build: Path) -> list[ArtifactSize]:
    """Reduce and compile the artifacts in the folder, and return their sizes. Safe to repeat.

    Raises `ArtifactTooLarge`, or `PyCompileError` if a module is not valid Python.
    """
    for artifact in list_artifacts(build):
        layer = artifact / _LAYER_FOLDER
        if (layer / "botocore").is_dir():
            cut_layer(layer)
        cut_clients(layer)
        compile_artifact(artifact)
    sizes = [measure_artifact(artifact) for artifact in list_artifacts(build)]
    check_sizes(sizes)
    return sizes


def list_artifacts(build: Path) -> list[Path]:
    """Returns the folders of functions and layers."""
    return sorted(path for path in build.iterdir() if path.is_dir())


def compile_artifact(artifact: Path) -> None:
    """Compile every module to bytecode, which Lambda loads without reading the source.

    The bytecode contains the paths that modules have in Lambda. So it does not depend on the build
    machine, and an unchanged artifact is not uploaded again.
    """
    compiled = compileall.compile_dir(
        artifact,
        quiet=1,
        stripdir=str(artifact),
        prependdir="/opt" if (artifact / _LAYER_FOLDER).is_dir() else "/var/task",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise py_compile.PyCompileError(SyntaxError, SyntaxError(str(artifact)), str(artifact))


def measure_artifact(artifact: Path) -> ArtifactSize:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in _files(artifact):
            packed.write(path, path.relative_to(artifact))
    unpacked = sum(path.stat().st_size for path in _files(artifact))
    return ArtifactSize(artifact.name, unpacked, len(content.getvalue()))


def check_sizes(sizes: list[ArtifactSize]) -> None:
    """Raises `ArtifactTooLarge` for the largest artifact above a limit. A function counts with all
    layers.
    """
    layers = sum(size.unpacked for size in sizes if size.name.endswith("Layer"))
    for size in sorted(sizes, key=lambda size: size.unpacked, reverse=True):
        whole = layers if size.name.endswith("Layer") else layers + size.unpacked
        if whole > MOST_UNPACKED or size.zipped > MOST_ZIPPED:
            raise ArtifactTooLarge(
                f"{size.name} has {size.zipped / MEGABYTE:.1f} MB zipped and"
                f" {whole / MEGABYTE:.1f} MB unpacked with its layers; at most"
                f" {MOST_ZIPPED // MEGABYTE} and {MOST_UNPACKED // MEGABYTE} are wanted: take out"
                " what no function reads (local/packaging), or raise the limit there"
            )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def search_path(build: Path, function: str) -> list[str]:
    """Returns the folders where Lambda looks for a function's modules: its own code, then its
    layers in order.
    """
    template = read_template(build / "template.yaml").document
    own = template["Resources"][function]["Properties"].get("Layers", [])
    layers = [*template["Globals"]["Function"].get("Layers", []), *own]
    return [str(build / function), *(str(build / layer["Ref"] / _LAYER_FOLDER) for layer in layers)]
