"""What template.yaml becomes on AWS: permissions, dead letters, retention, protection, alarms."""

import json

import pytest

from local.cloud.resource_reader import read_resources
from local.cloud.template import read_template
from local.operations.log_lines import log_group_of
from tests.support.function_permissions import SAM, of_type
from tests.support.running_cloud import TEMPLATE

FUNCTIONS = {
    "ReconcileLedger",
    "Authorize",
    "ChooseMail",
    "ClaimOffer",
    "DecideReviews",
    "DeliverWebhook",
    "ExpireCredit",
    "HandleMailFeedback",
    "QuoteCart",
    "ReceiveWebhook",
    "UpdateDailyTotals",
    "RewardOrder",
    "ServeAssets",
    "ServeBacktests",
    "ServeConsole",
    "ServeConsoleMembers",
    "ServeConsoleMonths",
    "ServeConsoleMoney",
    "ServeConsoleOrders",
    "ServeConsolePrivacy",
    "ServeConsolePrograms",
    "ServeConsoleQueues",
    "ServeConsoleReviews",
    "ServeConsoleSettings",
    "ServeConsoleStaff",
    "ServeConsoleWiring",
    "ServeHolds",
    "ServeJournal",
    "ServeKeys",
    "SendMail",
    "ServeMail",
    "ServeMembers",
    "ServeMembership",
    "ServeOrders",
    "ServeOwnData",
    "ServePrivacy",
    "ServePrograms",
    "ServeReferrals",
    "ServeReviews",
    "ServeRewards",
    "ServeSettlements",
    "ServeStaff",
    "ServeStatements",
    "ServeWebhooks",
    "SyncCodes",
    "RunImports",
    "ServeConsoleImports",
    "ServeImports",
    "SettleMonth",
    "PublishEvents",
    "TrackClick",
}
PUBLIC = {
    "$default",
    "OPTIONS /{proxy+}",
    "GET /assets/{name}",
    "GET /c/{code}",
    "GET /c/{code+}",
    "GET /grapevine.js",
    "GET /openapi.json",
    "GET /mail/chart/{token}",
    "GET /mail/unsubscribe",
    "GET /r/{code}",
    "GET /r/{code+}",
    "GET /rewards",
    "GET /rewards/code.png",
    "GET /rewards/code.svg",
    "GET /rewards/enter",
    "GET /rewards/export",
    "GET /rewards/friends",
    "GET /rewards/history",
    "GET /rewards/settings",
    "GET /rewards/statements",
    "GET /rewards/statements/{month}",
    "GET /rewards/widget",
    "GET /v1/clicks/{ref_token}",
    "POST /c/{code}",
    "POST /c/{code+}",
    "GET /join",
    "POST /join",
    "GET /join/enter",
    "POST /join/enter",
    "POST /rewards/credit",
    "POST /rewards/credit/give-back",
    "POST /rewards/delete",
    "POST /rewards/language",
    "POST /rewards/enter",
    "POST /rewards/mail-balance",
    "POST /rewards/sign-in",
    "POST /rewards/sign-out",
    "POST /mail/unsubscribe",
    "POST /v1/clicks",
    "POST /v1/quotes",
    "POST /webhooks/{provider}",
    "POST /webhooks/woocommerce/key",
}
CHANGES = {
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
}
LEDGER, PROGRAMS = (
    {
        "Fn::If": [
            f"Own{table}Table",
            {"Fn::GetAtt": [f"{table}Table", "Arn"]},
            {
                "Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
                f"${{{table}TableName}}"
            },
        ]
    }
    for table in ("Ledger", "Programs")
)
"""The stack's own table, or the restored one in its place."""

pytestmark = pytest.mark.skipif(
    not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need"
)


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def statements(resources: dict[str, dict]) -> list[tuple[str, dict]]:
    """Every statement of every role's own policies, with the role's name."""
    return [
        (name, statement)
        for name, role in of_type(resources, "AWS::IAM::Role").items()
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_every_function_has_a_role_of_its_own(resources: dict[str, dict]):
    functions = of_type(resources, "AWS::Lambda::Function")
    assert set(functions) == FUNCTIONS
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions.values()]
    assert len(set(roles)) == len(FUNCTIONS)
    without = {
        name
        for name, role in zip(functions, roles, strict=True)
        if all(
            statement["Sid"] == "WriteLogs"
            for policy in resources[role]["Properties"]["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
        )
    }
    assert without == set()


def test_no_role_takes_a_policy_that_others_write(resources: dict[str, dict]):
    """Those of AWS for queues and logs allow every queue and every log of the account."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        assert not role.get("ManagedPolicyArns"), name


def test_no_permission_has_a_wildcard(resources: dict[str, dict]):
    for role, statement in statements(resources):
        assert not [action for action in listed(statement["Action"]) if "*" in action], role
        for resource in listed(statement["Resource"]):
            assert "*" not in json.dumps(resource), role


def test_no_role_may_delete_from_the_ledger(resources: dict[str, dict]):
    for role, statement in statements(resources):
        if statement["Effect"] == "Allow" and LEDGER in listed(statement["Resource"]):
            assert {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}.isdisjoint(
                listed(statement["Action"])
            ), role


def test_whoever_writes_the_ledger_is_denied_to_change_entries_and_statements(
    resources: dict[str, dict],
):
    found = statements(resources)
    writers = {
        role
        for role, statement in found
        if statement["Effect"] == "Allow"
        and LEDGER in listed(statement["Resource"])
        and {"dynamodb:UpdateItem", "dynamodb:PutItem"} & set(listed(statement["Action"]))
    }
    assert writers == {
        "DecideReviewsRole",
        "ExpireCreditRole",
        "RewardOrderRole",
        "RunImportsRole",
        "ServeConsoleMembersRole",
        "ServeConsoleReviewsRole",
        "ServeHoldsRole",
        "ServeMembersRole",
        "ServeMembershipRole",
        "ServeOrdersRole",
        "ServeOwnDataRole",
        "ServeReferralsRole",
        "ServeReviewsRole",
        "SettleMonthRole",
        "SyncCodesRole",
    }
    for writer in writers:
        denied = [
            statement
            for role, statement in found
            if role == writer
            and statement["Effect"] == "Deny"
            and LEDGER in listed(statement["Resource"])
        ]
        changes = next(statement for statement in denied if CHANGES.issubset(statement["Action"]))
        assert set(changes["Condition"]["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]) == {
            "ENTRIES#*",
            "STATEMENT#*",
        }
        puts = next(statement for statement in denied if statement["Action"] == "dynamodb:PutItem")
        assert puts["Condition"]["StringNotEqualsIfExists"] == {
            "dynamodb:EnclosingOperation": "TransactWriteItems"
        }


def test_only_publishing_and_keys_touch_programs(resources: dict[str, dict]):
    for role, statement in statements(resources):
        writes = {"dynamodb:PutItem", "dynamodb:UpdateItem"} & set(listed(statement["Action"]))
        if role in (
            "ServeProgramsRole",
            "ServeKeysRole",
            "ServeConsoleProgramsRole",
            "ServeConsoleWiringRole",
        ):
            continue
        if writes and statement["Effect"] == "Allow" and PROGRAMS in listed(statement["Resource"]):
            allowed = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
            assert not [key for key in allowed if key.startswith(("PROGRAM", "KEY#", "KEYS"))], role


def test_tables_are_protected_and_stay(resources: dict[str, dict]):
    tables = of_type(resources, "AWS::DynamoDB::Table")
    assert set(tables) == {"AttributionsTable", "LedgerTable", "ProgramsTable"}
    for name, table in tables.items():
        assert table["DeletionProtectionEnabled"] is True
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["SSESpecification"]["SSEEnabled"] is True
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == (
            "Retain",
            "Retain",
        )


def test_nothing_in_the_ledger_expires(resources: dict[str, dict]):
    tables = of_type(resources, "AWS::DynamoDB::Table")
    assert "TimeToLiveSpecification" not in tables["LedgerTable"]
    for name in ("AttributionsTable", "ProgramsTable"):
        assert tables[name]["TimeToLiveSpecification"] == {
            "AttributeName": "expires_at",
            "Enabled": True,
        }


def test_every_log_has_a_retention_and_every_function_logs_json_there(resources: dict[str, dict]):
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] for group in groups.values())
    assert {resources[name]["DeletionPolicy"] for name in groups} == {"Retain"}
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        group = f"{log_group_of(name)}Logs"
        assert function["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": group}}
        assert group in groups


def test_functions_run_as_the_design_says(resources: dict[str, dict]):
    for function in of_type(resources, "AWS::Lambda::Function").values():
        assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
        assert set(function["Environment"]["Variables"]) >= {
            "ATTRIBUTIONS_TABLE",
            "LEDGER_TABLE",
            "PROGRAMS_TABLE",
            "BUS_NAME",
            "SECRETS_ARN",
            "SHOP_URL",
            "BASE_URL",
        }


def route_key(method: str, path: str) -> str:
    return "$default" if path == "/$default" else f"{method.upper()} {path}"


def test_every_route_but_the_public_ones_asks_the_authorizer(resources: dict[str, dict]):
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    keys = {
        route_key(method, path): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "parameters"
    }
    unguarded = {key for key, operation in keys.items() if not operation.get("security")}
    assert {key for key in unguarded if " /console" not in key} == PUBLIC
    authorizer = resources["Api"]["Properties"]["Body"]["components"]["securitySchemes"][
        "KeyAuthorizer"
    ]["x-amazon-apigateway-authorizer"]
    assert authorizer["identitySource"] == ["$request.header.Authorization", "$context.routeKey"]
    assert (authorizer["authorizerResultTtlInSeconds"], authorizer["enableSimpleResponses"]) == (
        300,
        True,
    )


def test_the_local_cloud_plays_the_same_routes(resources: dict[str, dict]):
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    deployed = {
        route_key(method, path)
        for path, methods in paths.items()
        for method in methods
        if method != "parameters"
    }
    assert {route.key for route in read_resources(read_template(TEMPLATE)).routes} == deployed


def test_functions_and_not_the_gateway_decide_which_pages_may_call(resources: dict[str, dict]):
    """With a configuration of its own the gateway would drop the headers of the functions."""
    assert "x-amazon-apigateway-cors" not in resources["Api"]["Properties"]["Body"]
    for function in of_type(resources, "AWS::Lambda::Function").values():
        origins = function["Environment"]["Variables"]["SHOP_ORIGINS"]
        assert origins == {"Fn::Join": [",", {"Ref": "ShopOrigins"}]}
