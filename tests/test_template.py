"""What template.yaml becomes on AWS: permissions, dead letters, retention, protection, alarms."""

import json

import pytest
from running_cloud import TEMPLATE

from local.cloud import cloud_of
from local.template import read_template
from shared.dead_letters import BUS, KEPT, NO_WAY_BACK
from shared.outgoing.events import TYPES
from tests.permissions import SAM, transformed

FUNCTIONS = {
    "AuditLedger",
    "Authorize",
    "ChooseMail",
    "ClaimOffer",
    "DecideReviews",
    "DeliverWebhook",
    "ExpireCredit",
    "HearOfMail",
    "QuoteCart",
    "ReceiveWebhook",
    "RecordDay",
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
    "ServeConsoleStaff",
    "ServeConsoleWiring",
    "ServeHolds",
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
    "SettleMonth",
    "TellBus",
    "TrackClick",
}
PUBLIC = {
    "$default",
    "GET /assets/{name}",
    "GET /c/{code}",
    "GET /grapevine.js",
    "GET /mail/chart/{token}",
    "GET /mail/unsubscribe",
    "GET /r/{code}",
    "GET /rewards",
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
}
CHANGES = {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"}
LEDGER = {"Fn::GetAtt": ["LedgerTable", "Arn"]}

pytestmark = pytest.mark.skipif(not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need")


@pytest.fixture(scope="module")
def resources() -> dict[str, dict]:
    """CloudFormation's, by logical id."""
    return transformed()


def of_type(resources: dict[str, dict], kind: str) -> dict[str, dict]:
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


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
    without = {name for name, role in zip(functions, roles, strict=True) if "Policies" not in resources[role]["Properties"]}
    assert without == {"ServeAssets", "ServeBacktests"}


def test_no_permission_has_a_wildcard(resources: dict[str, dict]):
    for role, statement in statements(resources):
        assert not [action for action in listed(statement["Action"]) if "*" in action], (role, statement["Sid"])
        for resource in listed(statement["Resource"]):
            assert "*" not in json.dumps(resource), (role, statement["Sid"])


def test_no_role_may_delete_from_the_ledger(resources: dict[str, dict]):
    for role, statement in statements(resources):
        if statement["Effect"] == "Allow" and LEDGER in listed(statement["Resource"]):
            assert {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}.isdisjoint(listed(statement["Action"])), role


def test_whoever_writes_the_ledger_is_denied_to_change_entries_and_statements(resources: dict[str, dict]):
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
        "ServeConsoleMembersRole",
        "ServeConsoleReviewsRole",
        "ServeHoldsRole",
        "ServeMembersRole",
        "ServeMembershipRole",
        "ServeOrdersRole",
        "ServeReferralsRole",
        "ServeReviewsRole",
        "SettleMonthRole",
    }
    for writer in writers:
        denied = [
            statement
            for role, statement in found
            if role == writer and statement["Effect"] == "Deny" and LEDGER in listed(statement["Resource"])
        ]
        changes = next(statement for statement in denied if CHANGES.issubset(statement["Action"]))
        assert set(changes["Condition"]["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]) == {"ENTRIES#*", "STATEMENT#*"}
        puts = next(statement for statement in denied if statement["Action"] == "dynamodb:PutItem")
        assert puts["Condition"]["StringNotEqualsIfExists"] == {"dynamodb:EnclosingOperation": "TransactWriteItems"}


def test_only_publishing_and_keys_touch_programs(resources: dict[str, dict]):
    programs = {"Fn::GetAtt": ["ProgramsTable", "Arn"]}
    for role, statement in statements(resources):
        writes = {"dynamodb:PutItem", "dynamodb:UpdateItem"} & set(listed(statement["Action"]))
        if role in ("ServeProgramsRole", "ServeKeysRole", "ServeConsoleProgramsRole", "ServeConsoleWiringRole"):
            continue
        if writes and statement["Effect"] == "Allow" and programs in listed(statement["Resource"]):
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
        assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_nothing_in_the_ledger_expires(resources: dict[str, dict]):
    tables = of_type(resources, "AWS::DynamoDB::Table")
    assert "TimeToLiveSpecification" not in tables["LedgerTable"]
    for name in ("AttributionsTable", "ProgramsTable"):
        assert tables[name]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_queues_that_are_read_bury_after_five_and_wait_six_timeouts(resources: dict[str, dict]):
    functions, queues = of_type(resources, "AWS::Lambda::Function"), of_type(resources, "AWS::SQS::Queue")
    mappings = sources(resources, "Arn")
    assert mappings
    for mapping in mappings:
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues
        assert queue["VisibilityTimeout"] >= 6 * functions[mapping["FunctionName"]["Ref"]]["Timeout"]
        assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (10, ["ReportBatchItemFailures"])


def test_the_console_knows_every_dead_letter_and_how_long_it_is_kept(resources: dict[str, dict]):
    queues, functions = of_type(resources, "AWS::SQS::Queue"), of_type(resources, "AWS::Lambda::Function")
    dead = {name for name in queues if "DeadLetters" in name}
    for function in ("ServeConsole", "ServeConsoleQueues"):
        told = functions[function]["Environment"]["Variables"]["DEAD_LETTERS"]["Fn::Sub"]
        assert {url.strip("${}") for url in json.loads(told).values()} == dead
    assert {queues[name]["MessageRetentionPeriod"] for name in dead} == {KEPT.total_seconds()}


def test_dead_letters_go_back_to_the_queue_that_gave_up(resources: dict[str, dict]):
    told = of_type(resources, "AWS::Lambda::Function")["ServeConsoleQueues"]["Environment"]["Variables"]
    dead, back = (json.loads(told[name]["Fn::Sub"]) for name in ("DEAD_LETTERS", "PUT_BACK_TO"))
    assert set(dead) - set(back) == {BUS, *NO_WAY_BACK}
    for name, queue in of_type(resources, "AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            (way,) = [key for key, url in back.items() if url == f"${{{name}}}"]
            assert dead[way].strip("${}") == queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]


def test_streams_are_read_from_their_start_until_they_are_told_or_gone(resources: dict[str, dict]):
    found = sources(resources, "StreamArn")
    assert {mapping["EventSourceArn"]["Fn::GetAtt"][0] for mapping in found} == {"AttributionsTable", "LedgerTable"}
    for mapping in found:
        assert (mapping["StartingPosition"], mapping["BisectBatchOnFunctionError"]) == ("TRIM_HORIZON", True)
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (10_000, 23 * 3_600)
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["StreamDeadLetters", "Arn"]}


def sources(resources: dict[str, dict], attribute: str) -> list[dict]:
    """The event source mappings of queues (`Arn`) or of tables (`StreamArn`)."""
    found = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    return [mapping for mapping in found if mapping["EventSourceArn"]["Fn::GetAtt"][1] == attribute]


def test_every_target_of_the_bus_has_dead_letters_and_retries(resources: dict[str, dict]):
    for name, rule in of_type(resources, "AWS::Events::Rule").items():
        assert rule.get("EventBusName") == (None if name == "MailNews" else {"Ref": "Bus"})
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in of_type(resources, "AWS::SQS::Queue")
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


def test_what_goes_out_is_every_type_of_event_that_we_tell(resources: dict[str, dict]):
    assert resources["GoesOut"]["Properties"]["EventPattern"]["detail-type"] == list(TYPES)


def test_every_event_is_archived(resources: dict[str, dict]):
    (archive,) = of_type(resources, "AWS::Events::Archive").values()
    assert archive["SourceArn"] == {"Fn::GetAtt": ["Bus", "Arn"]}


def test_every_log_has_a_retention_and_every_function_logs_json_there(resources: dict[str, dict]):
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] for group in groups.values())
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert function["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{name}Logs"}}
        assert f"{name}Logs" in groups


def test_every_function_and_every_dead_letter_queue_has_an_alarm(resources: dict[str, dict]):
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    watched = {json.dumps(alarm["Dimensions"][0]["Value"]) for alarm in alarms}
    assert {json.dumps({"Ref": name}) for name in FUNCTIONS} <= watched
    dead = [name for name in of_type(resources, "AWS::SQS::Queue") if "DeadLetters" in name]
    assert {json.dumps({"Fn::GetAtt": [name, "QueueName"]}) for name in dead} <= watched
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms)


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
    keys = {route_key(method, path): operation for path, methods in paths.items() for method, operation in methods.items()}
    unguarded = {key for key, operation in keys.items() if not operation.get("security") or operation["security"] == [{"NONE": []}]}
    assert {key for key in unguarded if " /console" not in key} == PUBLIC
    authorizer = resources["Api"]["Properties"]["Body"]["components"]["securitySchemes"]["KeyAuthorizer"]["x-amazon-apigateway-authorizer"]
    assert authorizer["identitySource"] == ["$request.header.Authorization", "$context.routeKey"]
    assert (authorizer["authorizerResultTtlInSeconds"], authorizer["enableSimpleResponses"]) == (300, True)


def test_the_local_cloud_plays_the_same_routes(resources: dict[str, dict]):
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    deployed = {route_key(method, path) for path, methods in paths.items() for method in methods}
    assert {route.key for route in cloud_of(read_template(TEMPLATE)).routes} == deployed


def test_only_the_shops_pages_may_call(resources: dict[str, dict]):
    assert resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-cors"]["allowOrigins"] == ["https://shop.example.com"]
