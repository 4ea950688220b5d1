"""What goes to AWS: sam finds no fault in the template, and what it builds is small, whole and compiled."""

import importlib.util
import marshal
from pathlib import Path

import boto3
import pytest

from local.cloud.template import read_template
from local.packaging import artifacts
from local.packaging.artifacts import (
    MEGABYTE,
    MOST_UNPACKED,
    MOST_ZIPPED,
    ArtifactSize,
    ArtifactTooLarge,
    check_sizes,
    list_artifacts,
    measure_artifact,
)
from local.packaging.layer_cuts import SERVICES, cut_layer, included_locales
from local.packaging.this_machine import OtherRelease, copy_build, list_compiled
from shared.language import LANGUAGES
from tests.support.function_permissions import SAM
from tests.support.running_cloud import ROOT, TEMPLATE
from tests.support.sam_commands import sam

UNCHECKED_HASH = 0b01
"""The flags of bytecode that is loaded without a look at its source (PEP 552)."""


@pytest.mark.skipif(not SAM.exists(), reason="`make test` sets up .venv-sam")
def test_sam_finds_nothing_to_complain_about():
    checked = sam("validate", "--lint", "--region", "us-east-1")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_there_is_an_artifact_of_every_function_and_layer(built):
    template = read_template(TEMPLATE)
    functions = template.resources("AWS::Serverless::Function")
    layers = template.resources("AWS::Serverless::LayerVersion")
    assert {path.name for path in list_artifacts(built)} == {*functions, *layers}
    for function in functions:
        assert [path.name for path in (built / function).iterdir()] == ["functions"]


def test_clients_of_the_api_do_not_ship(tmp_path: Path):
    web = tmp_path / "WebLayer" / "python" / "web"
    (web / "clients").mkdir(parents=True)
    for file in (web / "__init__.py", web / "clients" / "grapevine.py"):
        file.write_text('"""A module."""\n')
    artifacts.finish_artifacts(tmp_path)
    assert {path.name for path in web.iterdir()} == {"__init__.py", "__pycache__"}


def test_every_module_has_its_bytecode_that_is_loaded_unseen(built):
    sources = list(built.rglob("*.py"))
    assert len(sources) > 1000
    missing = []
    for source in sources:
        compiled = Path(importlib.util.cache_from_source(str(source)))
        if not compiled.exists() or compiled.read_bytes()[4] != UNCHECKED_HASH:
            missing.append(source)
    assert missing == []


def test_bytecode_names_the_place_in_lambda_and_nothing_of_the_machine_that_made_it(built):
    (compiled,) = (built / "TrackClick").rglob("track_click.*.pyc")
    code = marshal.loads(compiled.read_bytes()[16:])
    assert code.co_filename == "/var/task/functions/track_click.py"
    (shared,) = (built / "SharedLayer" / "python" / "shared" / "__pycache__").glob("words.*.pyc")
    assert marshal.loads(shared.read_bytes()[16:]).co_filename == "/opt/python/shared/words.py"


def test_artifacts_are_no_larger_than_is_said(built):
    sizes = [measure_artifact(artifact) for artifact in list_artifacts(built)]
    check_sizes(sizes)
    assert max(size.zipped for size in sizes) > MEGABYTE, "the layer is measured"


@pytest.mark.parametrize(
    "size",
    [
        ArtifactSize("SharedLayer", MOST_UNPACKED + 1, 1),
        ArtifactSize("SharedLayer", 1, MOST_ZIPPED + 1),
        ArtifactSize("TrackClick", MOST_UNPACKED, 1),
    ],
)
def test_one_that_is_too_large_is_refused_by_name(size):
    with pytest.raises(ArtifactTooLarge, match=f"{size.name} has .* take out"):
        check_sizes([ArtifactSize("WebLayer", 1, 1), size])


def test_the_layer_holds_the_languages_that_are_offered_and_no_others(built):
    locales = built / "SharedLayer" / "python" / "babel" / "locale-data"
    assert {path.stem for path in locales.glob("*.dat")} == included_locales()
    assert included_locales() >= {"root", *LANGUAGES}
    assert len(included_locales()) <= 1 + 3 * len(LANGUAGES)


def test_the_layer_holds_the_services_that_functions_ask_and_no_others(built):
    data = built / "SharedLayer" / "python" / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == set(SERVICES)
    services = set(boto3.session.Session().get_available_services())
    texts = [file.read_text() for file in (ROOT / "shared").rglob("*.py")]
    asked = {
        word for text in texts if "client(" in text for word in text.split('"') if word in services
    }
    assert asked and asked <= set(SERVICES), (
        "a service that functions ask of AWS stays in the layer"
    )


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"])
def test_a_cut_botocore_finds_the_same_addresses(built, region, monkeypatch):
    monkeypatch.setenv("AWS_DATA_PATH", "")
    data = built / "SharedLayer" / "python" / "botocore" / "data"
    for service in SERVICES:
        assert endpoint(service, region, data) == endpoint(service, region)


def endpoint(service: str, region: str, data: Path | None = None) -> str:
    import botocore.loaders
    import botocore.session

    session = botocore.session.Session()
    if data:
        loader = botocore.loaders.Loader(
            extra_search_paths=[str(data)], include_default_search_paths=False
        )
        session.register_component("data_loader", loader)
    client = session.create_client(
        service, region, aws_access_key_id="local", aws_secret_access_key="local"
    )
    return client.meta.endpoint_url


def test_a_layer_that_was_cut_is_left_as_it_is(built, tmp_path):
    layer = copy_build(built / "SharedLayer", tmp_path / "layer") / "python"
    before = {path: path.stat().st_size for path in layer.rglob("*")}
    cut_layer(layer)
    assert {path: path.stat().st_size for path in layer.rglob("*")} == before


def test_what_ships_is_built_for_arm64_and_only_machine_code_is_replaced_here(built, loadable):
    assert all("aarch64" in machine_of(path) for path in list_compiled(built))
    shipped = {path.relative_to(built): path for path in built.rglob("*") if path.is_file()}
    here = {path.relative_to(loadable): path for path in loadable.rglob("*") if path.is_file()}
    changed = {
        place
        for place in shipped.keys() | here.keys()
        if place not in shipped
        or place not in here
        or shipped[place].read_bytes() != here[place].read_bytes()
    }
    assert {place.suffix for place in changed} == {".so"}


def machine_of(compiled: Path) -> str:
    """The machine that an ELF file is for."""
    return {0xB7: "aarch64", 0x3E: "x86_64"}[compiled.read_bytes()[18]]


def test_another_release_in_the_layer_than_here_is_refused_by_name(built, tmp_path):
    other = tmp_path / "other"
    (other / "SharedLayer" / "python" / "mrml").mkdir(parents=True)
    (other / "SharedLayer" / "python" / "mrml" / "mrml.cpython-313-aarch64-linux-gnu.so").touch()
    (other / "SharedLayer" / "python" / "mrml-0.0.1.dist-info").mkdir()
    with pytest.raises(OtherRelease, match="another release of mrml than"):
        copy_build(other, tmp_path / "copy")


def test_a_module_that_is_no_python_stops_the_build(tmp_path):
    (tmp_path / "TrackClick").mkdir()
    (tmp_path / "TrackClick" / "broken.py").write_text("def (:")
    with pytest.raises(artifacts.py_compile.PyCompileError):
        artifacts.finish_artifacts(tmp_path)
