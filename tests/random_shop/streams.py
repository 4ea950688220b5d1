"""The streams of both tables, read on from where the last reading ended."""

import os

import boto3

TABLES = ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE")


class Streams:
    """Clients and iterators are kept, since nights read often."""

    def __init__(self) -> None:
        self._client = boto3.client("dynamodbstreams")
        self._iterators = [self._begin(os.environ[table]) for table in TABLES]

    def _begin(self, table: str) -> str:
        found = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
        arn = found["LatestStreamArn"]
        (shard,) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        begun = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        return begun["ShardIterator"]

    def read(self) -> list[dict]:
        """What was written since the last call, in the order of writing."""
        found: list[dict] = []
        for place, iterator in enumerate(self._iterators):
            while page := self._client.get_records(ShardIterator=iterator):
                found += page["Records"]
                iterator = self._iterators[place] = page["NextShardIterator"]
                if not page["Records"]:
                    break
        return sorted(found, key=lambda record: record["dynamodb"]["SequenceNumber"])
