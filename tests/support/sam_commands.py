"""Commands of the AWS SAM CLI, in the environment that has it."""

import os
import subprocess

from tests.support.function_permissions import SAM
from tests.support.running_cloud import ROOT


def sam(*arguments: str) -> subprocess.CompletedProcess:
    environment = {
        **os.environ,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PATH": f"{SAM}:{os.environ['PATH']}",
    }
    return subprocess.run(
        [str(SAM / "sam"), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        stdin=subprocess.DEVNULL,
    )
