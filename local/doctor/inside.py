"""Checks of a stack with its AWS account: secrets and keys, mail, alarms, tables and the functions
that read them, quotas.
"""

from collections.abc import Callable, Iterator
from typing import Any

from local.doctor.diagnosis import Diagnosis, fault, warning, well
from local.operations.alarm_trial import TOPIC, list_subscribers
from local.operations.deployed_stack import CannotOperate, DeployedStack, client, refusals
from local.operations.live_tables import live_tables, use_tables
from local.operations.pausing import MAPPING
from local.operations.secret_document import PEPPER, read_secrets
from shared.secrets import LEAST_PEPPER

MANAGED_KEY = "alias/aws/sns"
FEW_EXECUTIONS = 100
"""AWS's usual limit is 1,000 concurrent executions; a new account may have 10."""
RULE = "AWS::Events::Rule"
SCOPES = ("shop", "staff")


def look_inside(stack: DeployedStack) -> list[Diagnosis]:
    """The results of all checks. If the credentials do not allow a check, that is a result too."""
    findings: list[Diagnosis] = []
    for look in LOOKS:
        try:
            with refusals(look.__name__.strip("_").replace("_", " ")):
                findings.extend(look(stack))
        except CannotOperate as refused:
            do = "use credentials that may read this stack"
            findings.append(fault("account", str(refused), do))
    return findings


def _secrets(stack: DeployedStack) -> Iterator[Diagnosis]:
    from shared.webhooks import refused_secrets

    secrets = read_secrets(stack)
    if len(secrets[PEPPER]) < LEAST_PEPPER:
        yield fault("pepper", "too short", "restore the secret document from its backup")
    else:
        yield well("pepper", "is set; keep its backup where you keep passwords")
    refused = {name: why for name, why in refused_secrets(secrets).items() if secrets.get(name)}
    for name, why in refused.items():
        do = f"grapevine ops rotate {name} --secret-file -"
        yield fault("webhook secret", f"webhooks of {name} are refused: {why}", do)
    usable = [name for name, value in secrets.items() if value and name not in {PEPPER, *refused}]
    if usable:
        yield well("webhook secret", f"set up: {', '.join(sorted(usable))}")
    else:
        do = "grapevine ops rotate stripe --secret-file - (or shopify, woocommerce, …)"
        yield warning("webhook secret", "no processor is set up", do)


def _keys(stack: DeployedStack) -> Iterator[Diagnosis]:
    from shared.store.programs.api_keys import list_keys

    use_tables(live_tables(stack))
    known = {row["scope"] for row in list_keys(100)[0]}
    for scope in SCOPES:
        if any(scope in held for held in known):
            yield well("key", f"there is one for {scope}")
        else:
            do = f"grapevine key {scope} --stack {stack.name}"
            yield fault("key", f"none for {scope}", do)


def _mail(stack: DeployedStack) -> Iterator[Diagnosis]:
    sender = stack.parameters.get("MailFrom", "")
    if not sender:
        do = "deploy with MailFrom to send email; without it this is fine"
        yield warning("mail", "no email is sent, not even sign-in links", do)
        return
    yield _identity(sender)
    if client("sesv2").get_account().get("ProductionAccessEnabled"):
        yield well("mail", "the account may send to any address")
    else:
        do = "in the SES console, choose Request production access"
        yield fault("mail", "the account is in SES's sandbox", do)
    yield _feedback(stack)


def _identity(sender: str) -> Diagnosis:
    """Checks that SES has verified the domain of the sender, or the address itself."""
    ses = client("sesv2")
    for identity in (sender.rpartition("@")[2], sender):
        try:
            known = ses.get_email_identity(EmailIdentity=identity)
        except ses.exceptions.NotFoundException:
            continue
        if known.get("VerifiedForSendingStatus"):
            return well("mail", f"{identity} is verified")
    do = f"aws sesv2 create-email-identity --email-identity {sender.rpartition('@')[2]}"
    return fault("mail", f"{sender} is not verified in this region", do)


def _feedback(stack: DeployedStack) -> Diagnosis:
    do = "deploy again; without it bounces and complaints are not noticed"
    ses, name = client("sesv2"), stack.physical("MailConfiguration")
    destinations = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)
    told = any(
        destination["Enabled"] and "EventBridgeDestination" in destination
        for destination in destinations.get("EventDestinations", ())
    )
    rule = client("events").describe_rule(Name=stack.physical("MailFeedback").rpartition("|")[2])
    if told and rule["State"] == "ENABLED":
        return well("mail", "bounces and complaints are reported")
    return fault("mail", "bounces and complaints are not reported", do)


def _alarms(stack: DeployedStack) -> Iterator[Diagnosis]:
    for logical, topic in stack.of_kind(TOPIC).items():
        attributes = client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        if attributes.get("KmsMasterKeyId") == MANAGED_KEY:
            do = "remove the key; CloudWatch cannot publish with it"
            yield fault("alarms", f"{logical} is encrypted with {MANAGED_KEY}", do)
        confirmed, pending = list_subscribers(topic)
        if confirmed:
            yield well("alarms", f"{logical} notifies {', '.join(confirmed)}")
        elif pending:
            do = "open the email from AWS there and confirm"
            yield fault("alarms", f"{logical}: {', '.join(pending)} has not confirmed", do)
        else:
            do = "deploy with AlarmEmail; then grapevine ops test-alarm"
            yield fault("alarms", f"nobody receives {logical}", do)


def _tables(stack: DeployedStack) -> Iterator[Diagnosis]:
    for logical, name in live_tables(stack).items():
        dynamodb = client("dynamodb")
        described = dynamodb.describe_table(TableName=name)["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=name)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
            do = (
                "aws dynamodb update-continuous-backups --point-in-time-recovery-specification"
                f" PointInTimeRecoveryEnabled=true --table-name {name}"
            )
            yield fault("table", f"{logical} cannot be restored to an instant", do)
        elif not described.get("DeletionProtectionEnabled"):
            do = f"aws dynamodb update-table --deletion-protection-enabled --table-name {name}"
            yield warning("table", f"{logical} is not protected from deletion", do)
        else:
            yield well("table", f"{logical} is {name}, protected and recoverable")


def _readers(stack: DeployedStack) -> Iterator[Diagnosis]:
    """Checks that all consumers are enabled and read the streams of the tables in use.

    After a restore, a consumer that still reads the stream of an old table gets no records, and
    nothing else would show it.
    """
    mappings = [
        client("lambda").get_event_source_mapping(UUID=uuid)
        for uuid in stack.of_kind(MAPPING).values()
    ]
    off = [mapping for mapping in mappings if mapping["State"] != "Enabled"]
    if off:
        do = (
            "if a restore was interrupted, run it again; otherwise deploy with "
            "ReadQueuesAndStreams=true"
        )
        names = ", ".join(sorted(mapping["FunctionArn"].rpartition(":")[2] for mapping in off))
        yield fault("consumers", f"{len(off)} are off: {names}", do)
    live = {_stream_arn(name) for name in live_tables(stack).values()}
    read = {m["EventSourceArn"] for m in mappings if ":dynamodb:" in m["EventSourceArn"]}
    if foreign := read - live:
        do = "restore with grapevine ops restore, or set the …StreamArn parameters"
        yield fault("events", f"a stream of another table is read: {', '.join(foreign)}", do)
    if not off and not foreign:
        yield well("consumers", f"{len(mappings)} read queues and the live tables' streams")


def _stream_arn(table: str) -> str | None:
    described: dict[str, Any] = client("dynamodb").describe_table(TableName=table)["Table"]
    return described.get("LatestStreamArn")


def _quotas(stack: DeployedStack) -> Iterator[Diagnosis]:
    yield judge_executions(
        client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    )


def judge_executions(most: int) -> Diagnosis:
    """Checks how many functions the account may run at once; all stacks in it share this number."""
    seen = f"{most} executions at once in the whole account"
    if most >= FEW_EXECUTIONS:
        return well("quota", seen)
    do = (
        "aws service-quotas request-service-quota-increase --service-code lambda --quota-code"
        " L-B99A9384 --desired-value 1000"
    )
    return fault("quota", seen, do)


LOOKS: tuple[Callable[[DeployedStack], Iterator[Diagnosis]], ...] = (
    _secrets,
    _keys,
    _mail,
    _alarms,
    _tables,
    _readers,
    _quotas,
)
