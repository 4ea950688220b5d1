"""Trivial functions: each answers with what the local cloud gave it."""

import json
import os
import time
from datetime import UTC, datetime

import boto3

from shared import queue

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")
sesv2 = boto3.client("sesv2")
secrets = boto3.client("secretsmanager")
TABLE = os.environ["TABLE"]


def echo(event, context):
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(event),
    }


def answer(event, context):
    """Whatever the test asks for, its body so many `times`."""
    wanted = json.loads(event["body"])
    if "times" in wanted:
        wanted["body"] *= wanted.pop("times")
    return wanted


def slow(event, context):
    """Counts itself when it has begun."""
    body = json.loads(event["body"])
    _count(body["id"], "begun")
    time.sleep(body["seconds"])
    return {"slept": True}


def publish(event, context):
    """Puts what the body lists on the bus, at the time that the body names."""
    body = json.loads(event["body"])
    common = {
        "EventBusName": os.environ["BUS_NAME"],
        "Source": "tests",
        "DetailType": body.get("type", "ThingHappened"),
    }
    if "time" in body:
        common["Time"] = datetime.fromisoformat(body["time"]).astimezone(UTC)
    return events.put_events(
        Entries=[{**common, "Detail": json.dumps(detail)} for detail in body["details"]]
    )["FailedEntryCount"]


def store(event, context):
    key = event["pathParameters"]["id"]
    if event["requestContext"]["http"]["method"] == "PUT":
        dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": key}, "body": {"S": event["body"]}})
    item = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": key}}, ConsistentRead=True).get(
        "Item"
    )
    return {"statusCode": 200 if item else 404, "body": item["body"]["S"] if item else "nothing"}


def counted(event, context):
    item = dynamodb.get_item(
        TableName=TABLE, Key={"pk": {"S": event["pathParameters"]["id"]}}, ConsistentRead=True
    ).get("Item", {})
    return int(item.get("deliveries", {"N": "0"})["N"])


def consume(event, context):
    """Counts each delivery; a detail that says so fails alone, fails its batch, or takes long."""
    failures = []
    for record in event["Records"]:
        envelope = json.loads(record["body"])
        detail = envelope["detail"]
        if "id" in detail:
            _count(detail["id"], envelope["time"])
        time.sleep(detail.get("seconds", 0))
        if detail.get("raises"):
            raise RuntimeError("the whole batch")
        if detail.get("fails"):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _count(key, event_time):
    dynamodb.update_item(
        TableName=TABLE,
        Key={"pk": {"S": key}},
        UpdateExpression="ADD deliveries :one SET body = :event_time",
        ExpressionAttributeValues={":one": {"N": "1"}, ":event_time": {"S": event_time}},
    )


def put_back(event, context):
    """Look at the dead letters, move at most `most` of them back; return how many there were."""
    url, most = os.environ["THINGS_DEAD"], json.loads(event["body"])["most"]
    seen = len(queue.peek(url))
    moved = queue.move(url, lambda message: os.environ["THINGS"], most)
    return {"seen": seen, "moved": moved, "waiting": queue.count_waiting(url)}


def mail(event, context):
    return sesv2.send_email(**json.loads(event["body"]))["MessageId"]


def nightly(event, context):
    return event


def guard(event, context):
    key = event["headers"]["authorization"]
    if key == "raise":
        raise RuntimeError("the guard fell asleep")
    return {
        "isAuthorized": key == "open sesame",
        "context": {"identity": ",".join(event["identitySource"])},
    }
