"""The artifacts of one `sam build`: cut, compiled, measured."""

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
"""Of a function with its layers, in bytes; Lambda takes 250 MB."""
MOST_ZIPPED = 20 * MEGABYTE
"""Of one artifact, in bytes; each cold start of a new host downloads it."""
_LAYER_FOLDER = "python"


class ArtifactTooLarge(Exception):
    """An artifact grew beyond its limit; the message names it and its size."""


class ArtifactSize(NamedTuple):
    """In bytes."""

    name: str
    unpacked: int
    zipped: int


def finish_artifacts(build: Path) -> list[ArtifactSize]:
    """Cut and compile what `sam build` left in the folder; safe to repeat.

    Raises `ArtifactTooLarge`, and `CompileError` for a module that is no Python.
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
    """The folders of functions and layers."""
    return sorted(path for path in build.iterdir() if path.is_dir())


def compile_artifact(artifact: Path) -> None:
    """Give every module its bytecode, which Lambda loads without looking at the source.

    The bytecode names modules by where they lie in Lambda, so that it is the same wherever it is
    made, and an artifact that did not change is not uploaded again.
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
    """Raises `ArtifactTooLarge` with the name of the largest; a function may have every layer."""
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
    """Where Lambda looks for a function's modules: its own code, then its layers in their order."""
    template = read_template(build / "template.yaml").document
    own = template["Resources"][function]["Properties"].get("Layers", [])
    layers = [*template["Globals"]["Function"].get("Layers", []), *own]
    return [str(build / function), *(str(build / layer["Ref"] / _LAYER_FOLDER) for layer in layers)]
