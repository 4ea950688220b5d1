"""An empty local cloud with the API of AWS, and deployments to it with `sam deploy`."""

import json
import os
import platform
import shutil
import subprocess
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from local.cloud.engine import standalone_engine
from local.cloud.template import REGION
from local.operations.deployed_stack import client

ROOT = Path(__file__).resolve().parents[2]
STACK = "grapevine"
_SAM = ROOT / ".venv-sam" / "bin" / "sam"
_DEPLOY_SECONDS = 600
MOST_SAID = 2000
"""How many characters of sam's last output are shown."""
_UNPLAYABLE = {"ArchiveEvents": "false", "GradualDeployment": "false"}
"""Parameters that turn off resources that MiniStack does not support."""


class RehearsalFailed(Exception):
    """Something behaves differently than it must on AWS; the message says what."""


@contextmanager
def open_cloud(folder: Path) -> Iterator[str]:
    """Runs the cloud during the block, makes the AWS clients of this process use it, and yields its
    address.

    Functions run in an interpreter without installed packages, so that they find only what was
    deployed. The cloud writes only below the folder.
    """
    python = folder / "python"
    venv.create(python, with_pip=False)
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    os.environ["TMPDIR"] = str(unpacked)
    with (folder / "cloud.log").open("w") as log:
        started = standalone_engine(
            folder / "state", forget=True, lambda_python=python / "bin" / "python", log=log
        )
        with started as url:
            os.environ.update(_client_environment(url))
            yield url


def _client_environment(url: str) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": url,
        "SAM_CLI_TELEMETRY": "0",
    }


def deploy(build: Path, parameters: Mapping[str, str]) -> None:
    """Deploy a build with `sam deploy`; raises `RehearsalFailed`.

    Parameters that the template does not declare are left out.
    """
    document = yaml.safe_load((build / "template.yaml").read_text())
    declared = document["Parameters"]
    wanted = {
        name: value for name, value in (_UNPLAYABLE | dict(parameters)).items() if name in declared
    }
    for name, value in wanted.items():  # MiniStack's transform uses only defaults
        declared[name]["Default"] = value
    for resource in document["Resources"].values():
        _make_playable(resource)
    template = build / "rehearsed.yaml"
    template.write_text(json.dumps(document))
    try:
        run_sam(*_deploy_words(template, wanted), folder=build)
    except RehearsalFailed as failure:
        raise RehearsalFailed("\n".join([str(failure), *_refused_resources()])) from None


def _make_playable(resource: dict[str, Any]) -> None:
    """Changes an alarm with several metrics, which MiniStack does not support, to watch only the
    first one.
    """
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
        metrics = properties.pop("Metrics")
        first = next(each["MetricStat"] for each in metrics if "MetricStat" in each)
        properties |= first["Metric"] | {"Period": first["Period"], "Statistic": first["Stat"]}
        properties.pop("ThresholdMetricId", None)


def _deploy_words(template: Path, parameters: Mapping[str, str]) -> tuple[str, ...]:
    return (
        "deploy",
        *("--template-file", str(template), "--stack-name", STACK),
        *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--resolve-s3"),
        *("--no-confirm-changeset", "--no-progressbar", "--no-fail-on-empty-changeset"),
        *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
    )


def _refused_resources() -> list[str]:
    """Returns which resources could not be created and why, if the cloud reports it."""
    try:
        events = client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    except (BotoCoreError, ClientError):
        return []
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    ]


def build_release(reference: str, folder: Path) -> Path:
    """Builds a release, named by a git reference, for this machine, and returns the build.

    Raises `RehearsalFailed`.
    """
    source = folder / "source"
    source.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", reference], cwd=ROOT, capture_output=True, check=False
    )
    if archive.returncode:
        raise RehearsalFailed(
            f"git has no release {reference}: {archive.stderr.decode().strip()}; name another"
            " with --from, or none"
        )
    subprocess.run(["tar", "-x", "-C", str(source)], input=archive.stdout, check=True)
    template = source / "template.yaml"
    if platform.machine() in ("x86_64", "AMD64"):
        template.write_text(template.read_text().replace("arm64", "x86_64"))
    run_sam("build", "--build-dir", str(folder / "build"), folder=source)
    return folder / "build"


def make_update(build: Path, folder: Path) -> Path:
    """Returns a copy of a build with one more module in each function. For AWS it is a new release
    of every function.
    """
    shutil.copytree(build, folder)
    for functions in folder.glob("*/functions"):
        (functions / "of_an_update.py").write_text('"""Nobody imports this."""\n')
    return folder


def run_sam(*arguments: str, folder: Path) -> None:
    """Runs sam; raises `RehearsalFailed` with its output if it fails."""
    if not _SAM.exists():
        raise RehearsalFailed(f"{_SAM} is missing; make build sets it up")
    environment = os.environ | {"PATH": f"{_SAM.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(_SAM), *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DEPLOY_SECONDS,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-MOST_SAID:]
        raise RehearsalFailed(f"sam {arguments[0]} failed:\n{said}")


def list_faults() -> list[str]:
    """Returns the errors in the functions' logs, the oldest first."""
    logs = client("logs")
    lines = [
        event
        for page in logs.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        if '"level":"ERROR"' in event["message"] or "Traceback" in event["message"]
    ]
    return [event["message"].strip() for event in sorted(lines, key=lambda each: each["timestamp"])]
