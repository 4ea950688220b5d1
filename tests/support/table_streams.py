"""The streams of the tests' tables, read as Lambda reads them."""

import os

import boto3

_READ: dict[str, str] = {}


def stream_records(tables: tuple[str, ...] = ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE")) -> list[dict]:
    """Return the records since the last call, in the order of writing."""
    records = [record for table in tables for record in _new(os.environ[table])]
    return sorted(records, key=lambda record: record["dynamodb"]["SequenceNumber"])


def _new(table: str) -> list[dict]:
    streams = boto3.client("dynamodbstreams")
    arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = {"ShardIteratorType": "TRIM_HORIZON"}
    if arn in _READ:
        place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": _READ[arn]}
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **place)["ShardIterator"]
    found: list[dict] = []
    while records := (page := streams.get_records(ShardIterator=iterator))["Records"]:
        found, iterator = found + records, page["NextShardIterator"]
    if found:
        _READ[arn] = found[-1]["dynamodb"]["SequenceNumber"]
    return found


def lambda_event(records: list[dict]) -> dict:
    """Return records in the form that Lambda hands to a function, where times are numbers."""
    for record in records:
        created = record["dynamodb"]["ApproximateCreationDateTime"]
        if hasattr(created, "timestamp"):
            record["dynamodb"]["ApproximateCreationDateTime"] = created.timestamp()
    return {"Records": records}
