"""How template.yaml is deployed: its size, versions that change as one, limits, restored tables, what is never made anew."""

import ast
import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.support.function_permissions import SAM, of_type, transform
from tests.support.running_cloud import ROOT, TEMPLATE

PUBLISHED = {
    "Authorize",
    "ReceiveWebhook",
    "RewardOrder",
    "ServeHolds",
    "ServeOrders",
    "TrackClick",
}
"""Functions that take money or clicks, or without which nobody gets in."""
LAYERS = {"shared": "SharedLayer", "web": "WebLayer"}
OURS = {"functions", *LAYERS}

pytestmark = pytest.mark.skipif(
    not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need"
)


def test_the_template_keeps_room(resources: dict[str, dict]):
    """CloudFormation takes 500 resources; a template of more lines nobody reads."""
    assert len(resources) <= 300
    assert len(TEMPLATE.read_text().splitlines()) <= 2_200


def test_a_function_may_be_called_by_the_api_once(resources: dict[str, dict]):
    called = [
        json.dumps(row["FunctionName"])
        for row in of_type(resources, "AWS::Lambda::Permission").values()
    ]
    assert len(called) == len(set(called))


def test_every_route_leads_to_a_function_that_lets_the_api_in(resources: dict[str, dict]):
    allowed = {
        row["FunctionName"]["Ref"] for row in of_type(resources, "AWS::Lambda::Permission").values()
    }
    body = resources["Api"]["Properties"]["Body"]
    uris = [
        operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for methods in body["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    led_to = {
        uri[1]["Alias"]["Ref"]
        if isinstance(uri, list)
        else uri.partition("functions/${")[2].partition(".Arn}")[0]
        for uri in uris
    }
    assert led_to | {"AuthorizeAliaslive"} == allowed


def test_what_takes_money_is_called_by_its_published_version(resources: dict[str, dict]):
    aliases = of_type(resources, "AWS::Lambda::Alias")
    assert {row["FunctionName"]["Ref"] for row in aliases.values()} == PUBLISHED
    text = json.dumps(
        [
            resources["Api"],
            *of_type(resources, "AWS::Lambda::Permission").values(),
            *of_type(resources, "AWS::Lambda::EventSourceMapping").values(),
        ]
    )
    for name in PUBLISHED:
        assert f'{{"Ref": "{name}"}}' not in text
        assert f'{{"Ref": "{name}Aliaslive"}}' in text


def test_a_new_layer_is_a_new_version(tmp_path: Path):
    """Else the alias would call the old handler with the old layer for ever."""
    before, after = transform(TEMPLATE), transform(TEMPLATE, layer="s3://bucket/other")
    versions = [
        {name for name, row in each.items() if row["Type"] == "AWS::Lambda::Version"}
        for each in (before, after)
    ]
    assert len(versions[0]) == len(PUBLISHED)
    assert versions[0] & versions[1] == set()


def test_a_new_version_gets_a_tenth_first_and_is_taken_back_on_errors(resources: dict[str, dict]):
    groups = of_type(resources, "AWS::CodeDeploy::DeploymentGroup")
    assert len(groups) == len(PUBLISHED)
    for group in groups.values():
        assert "Canary10Percent5Minutes" in json.dumps(group["DeploymentConfigName"])
        assert group["AlarmConfiguration"]["Alarms"] == [{"Name": {"Ref": "NewVersionErrorsAlarm"}}]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    watched = resources["NewVersionErrorsAlarm"]["Properties"]["Metrics"][1:]
    assert {
        row["MetricStat"]["Metric"]["Dimensions"][1]["Value"]["Fn::Sub"] for row in watched
    } == {f"${{{name}}}:live" for name in PUBLISHED}


def test_without_codedeploy_a_version_takes_over_at_once():
    made = transform(TEMPLATE, GradualDeployment="false")
    assert not [name for name, row in made.items() if "CodeDeploy" in row["Type"]]
    assert len(of_type(made, "AWS::Lambda::Alias")) == len(PUBLISHED)


def test_every_function_has_the_layers_whose_modules_it_imports(resources: dict[str, dict]):
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        has = {
            layer
            for layer in LAYERS.values()
            for row in function["Layers"]
            if row["Ref"].startswith(layer)
        }
        module = function["Handler"].rpartition(".")[0]
        needs = {LAYERS[root] for root in imported(module) if root in LAYERS}
        assert needs <= has, name


@cache
def modules_of(module: str) -> frozenset[str]:
    """Our own modules that a module's code names in its imports, wherever they stand."""
    path = ROOT / Path(*module.split("."))
    source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    if not source.exists():
        return frozenset()
    found = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and node.value in LAYERS:
            found.add(str(node.value))  # importlib.resources.files("web")
    return frozenset(name for name in found if name.partition(".")[0] in OURS)


def imported(module: str) -> set[str]:
    """The roots of everything of ours that a module leads to."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += modules_of(name)
    return {name.partition(".")[0] for name in seen}


def test_imports_are_followed_to_the_files_for_browsers():
    assert "web" in imported("functions.serve_console")
    assert "web" not in imported("functions.track_click")


def test_webhooks_and_clicks_have_limits_of_their_own(resources: dict[str, dict]):
    (stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    limits = {
        route: tuple(
            limit["Ref"] if isinstance(limit, dict) else limit
            for limit in (row["ThrottlingRateLimit"], row["ThrottlingBurstLimit"])
        )
        for route, row in stage["RouteSettings"].items()
    }
    clicks = ("ClicksPerSecond", "ClicksInBurst")
    assert limits == {
        "GET /r/{code}": clicks,
        "GET /r/{code+}": clicks,
        "POST /v1/clicks": clicks,
        "$default": clicks,
        "POST /webhooks/{provider}": ("WebhooksPerSecond", "WebhooksInBurst"),
        "POST /webhooks/woocommerce/key": (10, 20),
    }
    detailed = [
        route for route, row in stage["RouteSettings"].items() if row.get("DetailedMetricsEnabled")
    ]
    assert detailed == ["POST /webhooks/{provider}"], (
        "each route's own metrics cost; an alarm reads these"
    )
    assert "DetailedMetricsEnabled" not in stage["DefaultRouteSettings"]


def test_a_new_account_reserves_nothing_unless_told(resources: dict[str, dict]):
    """It has ten executions at once, and AWS refuses to leave fewer than a hundred for all others."""
    functions = of_type(resources, "AWS::Lambda::Function")
    reserved = {
        name: row["ReservedConcurrentExecutions"]["Fn::If"]
        for name, row in functions.items()
        if "ReservedConcurrentExecutions" in row
    }
    assert set(reserved) == {"ReceiveWebhook", "RewardOrder", "ServeHolds"}
    assert {json.dumps(choice[2]) for choice in reserved.values()} == {
        json.dumps({"Ref": "AWS::NoValue"})
    }


def test_restored_tables_take_the_place_of_the_own_ones_everywhere(resources: dict[str, dict]):
    """A table's name or ARN stands nowhere but beside the choice of a restored one."""
    for name, resource in resources.items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            text = json.dumps(resource.get("Properties", {}))
            for table in ("Attributions", "Ledger", "Programs"):
                for own in (
                    json.dumps({"Ref": f"{table}Table"}),
                    json.dumps({"Fn::GetAtt": [f"{table}Table", "Arn"]}),
                    json.dumps({"Fn::GetAtt": [f"{table}Table", "StreamArn"]}),
                ):
                    chosen = text.count(f'{{"Fn::If": ["Own{table}Table", {own}')
                    assert text.count(own) == chosen, name


def test_what_reads_and_what_runs_alone_can_be_stopped(resources: dict[str, dict]):
    for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        assert mapping["Enabled"] == {"Ref": "ReadQueuesAndStreams"}
    for schedule in of_type(resources, "AWS::Scheduler::Schedule").values():
        assert schedule["State"] == {"Fn::If": ["RunsAlone", "ENABLED", "DISABLED"]}


def test_the_secret_is_never_made_anew(resources: dict[str, dict]):
    """Whoever changes a letter of this makes CloudFormation generate another pepper: nobody would be known any more."""
    assert resources["Secrets"] == {
        "Type": "AWS::SecretsManager::Secret",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Description": "The pepper of keyed hashes, and the webhook secret of each provider (empty means not set up)",
            "GenerateSecretString": {
                "SecretStringTemplate": '{"stripe": "", "shopify": "", "woocommerce": "", "standard": ""}',
                "GenerateStringKey": "pepper",
                "PasswordLength": 48,
                "ExcludePunctuation": True,
            },
        },
    }


def test_the_access_log_tells_what_the_function_said(resources: dict[str, dict]):
    (stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    told = json.loads(stage["AccessLogSettings"]["Format"])
    assert told["id"] == "$context.requestId"
    assert {told[name] for name in told if name.startswith("function_")} == {
        "$context.integration.requestId",
        "$context.integration.integrationStatus",
        "$context.integration.error",
        "$context.integration.latency",
    }


def test_a_host_of_its_own_or_an_edge_stand_only_where_they_are_asked_for(
    resources: dict[str, dict],
):
    conditions = {
        name: resources[name]["Condition"]
        for name in ("ApiDomain", "ApiMapping", "Edge", "NameVisitor")
    }
    assert conditions == {
        "ApiDomain": "ApiHasDomain",
        "ApiMapping": "ApiHasDomain",
        "Edge": "HasWebAcl",
        "NameVisitor": "HasWebAcl",
    }
    (origin,) = resources["Edge"]["Properties"]["DistributionConfig"]["Origins"]
    assert origin["OriginCustomHeaders"] == [
        {"HeaderName": "X-Grapevine-Proxy", "HeaderValue": {"Ref": "TrustedProxySecret"}}
    ]


def test_what_is_built_has_no_merges_left():
    """CloudFormation knows no `<<`; sam writes it out when it builds."""
    program = "import sys; from samcli.yamlhelper import yaml_parse, yaml_dump; print(yaml_dump(yaml_parse(open(sys.argv[1]).read())))"
    command = [str(SAM / "python"), "-c", program, str(TEMPLATE)]
    written = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "<<:" not in written.stdout
    assert "&id" not in written.stdout
