"""What goes to AWS: sam finds no fault in the template and builds it, and every function that was built can be imported."""

import os
import subprocess
from pathlib import Path

import mrml
import pytest

from local.cloud.resource_reader import read_resources
from local.cloud.template import read_template
from tests.support.function_permissions import SAM
from tests.support.running_cloud import ROOT, TEMPLATE

pytestmark = pytest.mark.skipif(
    not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need"
)


def sam(*arguments: str) -> subprocess.CompletedProcess:
    environment = {
        **os.environ,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PATH": f"{SAM}:{os.environ['PATH']}",
    }
    return subprocess.run(
        arguments,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )


def test_sam_finds_nothing_to_complain_about():
    checked = sam(str(SAM / "sam"), "validate", "--lint", "--region", "us-east-1")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    done = sam(str(SAM / "sam"), "build", "--build-dir", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """What the layer holds compiled for arm64 alone, as this machine can load it."""
    (tmp_path / "mrml").symlink_to(Path(mrml.__file__).parent)
    return tmp_path


def test_every_built_function_imports_its_handler_from_layer_and_code_alone(
    built: Path, compiled: Path
):
    layer = built / "SharedLayer" / "python"
    assert (built / "WebLayer" / "python" / "web" / "grapevine.js").exists()
    assert (layer / "shared" / "__init__.py").exists()
    assert (layer / "pynamodb").is_dir()
    assert ["aarch64" in path.name for path in layer.glob("mrml/*.so")] == [True]
    for function in read_resources(read_template(TEMPLATE)).functions.values():
        code = built / function.name
        assert {path.name for path in code.iterdir()} == {"functions"}
        module = function.handler.rpartition(".")[0]
        command = [
            str(SAM / "python"),
            "-IS",
            "-c",
            f"import sys; sys.path[:0] = {[str(code), str(compiled), str(layer)]!r}; import {module} as m; m.handler",
        ]
        imported = subprocess.run(
            command, cwd=code, capture_output=True, text=True, timeout=120, env=function.environment
        )
        assert imported.returncode == 0, f"{function.name}: {imported.stderr}"
