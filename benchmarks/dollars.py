"""What a million of each action costs in dollars, at list prices. Units, sizes and round trips are
measured; durations are assumed. Writes the tables of docs/cost.md.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3

from benchmarks import deeds, shop
from benchmarks.costs import LEVELS, set_up
from benchmarks.deeds import Use, ask, invoke, message, told, told_on
from benchmarks.prices import BY_MONTH, PRICES, READ_ON, SERVICES
from benchmarks.report import Measurement
from benchmarks.settlement import MOST_UNITS_ACTIVE
from local.cli.commands.run import TEMPLATE
from local.cloud.engine import standalone_engine
from local.cloud.resource_reader import read_resources
from local.cloud.template import TemplatePart, read_template

DOCUMENT = Path(__file__).parents[1] / "docs" / "cost.md"
BEGIN, END = "<!-- dollars -->\n", "<!-- end of dollars -->\n"
MILLION = 1_000_000
POLLERS = 5
"""How many pollers Lambda runs for each queue; each sends a request every 20 seconds, without end.
"""
MONTH_SECONDS = 30 * 24 * 3600
METRICS_A_ROUTE = 6
STATEMENT_SECONDS = 0.01
MAIL = {"DynamoDB write unit": 6, "DynamoDB read unit": 8, "SES mail": 1}
"""Assumed: claiming, sending and recording a mail, and reading its address, language and figures.
"""
OWN_METRICS = 12
"""How many of our own metrics a shop writes in an hour of use."""


def measure() -> Measurement:
    """Returns the measurement, and writes the tables into docs/cost.md."""
    rows = [*list_deeds(), *list_month()]
    write_document(rows)
    notes = (
        f"List prices read {READ_ON}: us-east-1, on demand, arm64, without free tiers.",
        f"Durations are stated: {deeds.OWN_SECONDS * 1000:g} ms and"
        f" {deeds.ROUND_TRIP_SECONDS * 1000:g} ms a round trip, at {deeds.MEMORY_GB:g} GB.",
        f"written to {DOCUMENT}",
    )
    return Measurement("dollars", "Dollars a million, and a month", rows, (), notes)


def list_deeds() -> list[dict[str, Any]]:
    """A row for each action, measured on an engine of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        set_up(url)
        os.environ["LISTENERS_ON_BUS"] = read_template(TEMPLATE).parameters["ListenersOnBus"]
        boto3.client("events").create_event_bus(Name="benchmark-Bus")
        return [_row(what, use) for what, use in _measure_deeds()]


def _measure_deeds() -> Iterator[tuple[str, Use]]:
    members = shop.register_chain()
    shop.follow(members[1].code)
    told_on()
    click = ask(lambda: shop.follow(members[1].code))
    yield "clicks, GET /r/{code}", click + deeds.kept()
    for levels in LEVELS:
        shop.publish_levels(levels)
        name = f"3{levels:05d}"
        yield f"orders that reward {levels}", deeds.order_by_webhook(name, levels, [])
        if levels == 1:
            yield "part refunds of one reward", deeds.order_by_webhook(name, 1, [shop.REFUND])
    shop.publish_levels(1)
    _mature(members[1].id)
    told_on()
    yield "redemptions, held and captured", deeds.redemption(members[1].id, "300001")
    yield "statements", _statement()
    yield "mails", message() + message() + _mail()


def _mature(member: str) -> None:
    """Gives the member credit that can be spent at once."""
    from shared.domain.staff_action import StaffAction
    from shared.wallet.adjustments import Adjustment, adjust

    adjust(Adjustment(member, 10_000), StaffAction("ak_012345", "adjustment", shop.NOW, "bench"))


def _statement() -> Use:
    """The use of one statement: twenty are written in a transaction, and each causes an event and a
    webhook.
    """
    written = {
        "DynamoDB write unit": MOST_UNITS_ACTIVE,
        "DynamoDB read unit": 4,
        "Lambda GB-second": STATEMENT_SECONDS * deeds.MEMORY_GB,
    }
    reader = invoke(lambda: None)
    return Use(written, 700) + reader + told([600]) + message() + deeds.delivery()


def _mail() -> Use:
    """The use of one mail: an invocation to send it, and one for the event with which SES reports
    that it was sent.
    """
    return invoke(lambda: None) + invoke(lambda: None) + Use(MAIL, 500)


def _row(what: str, use: Use) -> dict[str, Any]:
    columns = {
        service: MILLION * sum(use.quantities.get(name, 0) * PRICES[name] for name in names)
        for service, names in SERVICES.items()
    }
    kept = MILLION * use.kept_bytes / deeds.GB * (BY_MONTH["table GB"] + BY_MONTH["recovery GB"])
    total = {"dollars a million": sum(columns.values())}
    units = {
        "write units": use.quantities.get("DynamoDB write unit", 0),
        "read units": use.quantities.get("DynamoDB read unit", 0),
    }
    return {"what": what, **total, **columns, "kept, a month": kept, **units}


def list_month() -> list[dict[str, Any]]:
    """Rows with the costs of a month in which nothing happens, and with the costs that custom
    metrics add.
    """
    template = read_template(TEMPLATE)
    resources = template.document["Resources"]
    queues = len(read_resources(template).queue_mappings)
    polls = queues * POLLERS * MONTH_SECONDS / 20
    alarms = sum(_metrics(resource) for resource in resources.values())
    lines = {
        f"idle: {queues} queues asked without end": polls * PRICES["SQS request"],
        f"idle: alarms on {alarms} metrics": alarms * BY_MONTH["alarm metric"],
        "idle: the secret": BY_MONTH["secret"],
        f"in use: {OWN_METRICS} counts of our own": OWN_METRICS * BY_MONTH["custom metric"],
        "in use: metrics of the webhooks' route": METRICS_A_ROUTE * BY_MONTH["custom metric"],
    }
    empty = dict.fromkeys((*SERVICES, "kept, a month", "write units", "read units"), 0.0)
    return [
        {"what": what, "dollars a million": dollars, **empty} for what, dollars in lines.items()
    ]


def _metrics(resource: TemplatePart) -> int:
    """How many metrics of an alarm are charged; an alarm that computes is charged for each metric
    that it reads.
    """
    if resource["Type"] != "AWS::CloudWatch::Alarm":
        return 0
    metrics = resource["Properties"].get("Metrics")
    return sum("MetricStat" in metric for metric in metrics) if metrics else 1


def format_tables(rows: list[dict[str, Any]]) -> str:
    """The Markdown tables for docs/cost.md."""
    deeds_rows = [row for row in rows if not row["what"].startswith(("idle", "in use"))]
    months = [row for row in rows if row["what"].startswith(("idle", "in use"))]
    columns = ["dollars a million", *SERVICES, "kept, a month"]
    heads = ["a million", "**dollars**", *SERVICES, "kept, a month", "units written, read"]
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    for row in deeds_rows:
        figures = [_figure(row[column]) for column in columns]
        units = f"{row['write units']:g}, {row['read units']:g}"
        lines.append(f"| {row['what']} | **{figures[0]}** | {' | '.join(figures[1:])} | {units} |")
    lines += ["", "| a month | dollars |", "| --- | ---: |"]
    lines += [f"| {row['what']} | {_figure(row['dollars a million'])} |" for row in months]
    idle = sum(row["dollars a million"] for row in months if row["what"].startswith("idle"))
    lines.append(f"| **idle, in all** | **{_figure(idle)}** |")
    return "\n".join(lines) + "\n"


def _figure(dollars: float) -> str:
    return f"{dollars:.2f}" if dollars < 100 else f"{dollars:.0f}"


def write_document(rows: list[dict[str, Any]]) -> None:
    text = DOCUMENT.read_text()
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}{format_tables(rows)}{END}{after}")


def read_document() -> Mapping[str, float]:
    """Dollars by the first column, from both tables of docs/cost.md."""
    tables = DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0]
    cells = [line.strip("| ").split(" | ") for line in tables.splitlines() if line.startswith("|")]
    return {
        row[0].strip("* "): float(row[1].strip("* "))
        for row in cells
        if row[1].strip("* ").replace(".", "").isdigit()
    }
