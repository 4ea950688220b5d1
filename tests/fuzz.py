"""`python -m tests.fuzz SCHEMATHESIS`: a fresh system asked what `openapi.json` allows and what it does not, by staff and by the shop.

No answer may be a 5xx, nor have a status, content type or shape that the document does not tell. Ends with 1 where one does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from shared.store.programs.api_keys import PREFIX_LENGTH
from tests.support.running_cloud import ROOT, RunningCloud
from tests.support.webhook_receiver import running_receiver

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance"
HOOKS = "tests.fuzz_hooks"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "schemathesis", type=Path, help="its command, from an environment of its own"
    )
    parser.add_argument(
        "--seconds", type=int, default=120, help="for each of the two keys (default: %(default)s)"
    )
    parser.add_argument(
        "--examples", type=int, default=15, help="for each call and phase (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_receiver() as receiver:
        cloud = RunningCloud(Path(folder) / "data").start()
        try:
            known = _known(cloud, receiver.url)
            failed = [
                who
                for who in ("secret_key", "staff_key")
                if _asked(cloud, cloud.local[who], known, options)
            ]
            failed += (
                ["the ledger"]
                if cloud.post("/v1/verify", key=cloud.local["staff_key"]).json["differences"]
                else []
            )
        finally:
            cloud.stop()
        faults = [
            line
            for line in (cloud.folder / "functions.log").read_text().splitlines()
            if "unhandled fault" in line
        ]
    print(*dict.fromkeys(faults), sep="\n")
    print(
        f"not as documented: {', '.join(failed)}"
        if failed
        else "every answer is as documented, and the ledger adds up"
    )
    return 1 if failed else 0


def _asked(cloud: RunningCloud, key: str, known: dict, options: argparse.Namespace) -> int:
    bounds = [
        "--max-time",
        str(options.seconds),
        "--max-examples",
        str(options.examples),
        "--seed",
        str(options.seed),
        "--no-shrink",
    ]
    quiet = ["--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"]
    where = [
        f"{cloud.base_url}/openapi.json",
        "--url",
        cloud.base_url,
        "--header",
        f"Authorization: Bearer {key}",
    ]
    asking = [options.schemathesis, "run", *where, "--checks", CHECKS, *bounds, *quiet]
    kept = [cloud.local[name][:PREFIX_LENGTH] for name in ("secret_key", "staff_key")]
    place = {
        "SCHEMATHESIS_HOOKS": HOOKS,
        "PYTHONPATH": str(ROOT),
        "KNOWN_IDS": json.dumps(known),
        "KEPT_KEYS": json.dumps(kept),
    }
    return subprocess.run(asking, cwd=ROOT, env=os.environ | place, check=False).returncode


def _known(cloud: RunningCloud, url: str) -> dict[str, dict[str, str]]:
    """What there is to ask for, by the path that asks; `url` is an endpoint on loopback, the only one that is ever called."""
    shop, staff = cloud.local["secret_key"], cloud.local["staff_key"]
    code = _made(cloud.put("/v1/members/anna", {"login": "anna"}, shop))["code"]
    cloud.put("/v1/members/ines", {"login": "ines", "referrer_login": "anna"}, shop)
    order = {
        "customer": {"id": "ines"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
    }
    _made(cloud.put("/v1/orders/1001", order | {"completed_at": "2020-01-01T00:00:00Z"}, shop))
    hold = _made(cloud.post("/v1/members/anna/holds", {"order_id": "cart", "amount": 300}, shop))[
        "id"
    ]
    places = {
        "/v1/members/": "anna",
        "/v1/orders/": "1001",
        "/v1/holds/": hold,
        "/v1/programs/": "default",
    }
    places["/v1/webhooks/"] = _made(cloud.post("/v1/webhooks", {"url": url}, staff))["id"]
    known = {"code": {"/r/": code}, "provider": {"/webhooks/": "standard"}, "url": {"": url}}
    return known | {
        "id": places,
        "prefix": {"/v1/keys/": _made(cloud.post("/v1/keys", {"scope": "read"}, staff))["prefix"]},
    }


def _made(answer) -> dict:
    if answer.status not in (200, 201):
        raise RuntimeError(f"{answer.status} {answer.body!r}")
    return answer.json


if __name__ == "__main__":
    sys.exit(main())
