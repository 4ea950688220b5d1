"""Reads the stream of one table over the wire: DescribeTable, DescribeStream, GetShardIterator, GetRecords.

Not by boto3's client, whose parsing of a thousand records costs more than everything else about them.
"""

import http.client
import json
from urllib.parse import urlsplit

from local.cloud.template import REGION

MOST_RECORDS = 200
"""In one request: the engine answers nobody else meanwhile."""
_SECONDS = 10
_LOST_PLACE = (
    "ExpiredIteratorException",
    "TrimmedDataAccessException",
    "ResourceNotFoundException",
    "ValidationException",
)


class EngineUnreachable(Exception):
    """The engine did not answer; nothing was read."""


class StreamsUnsupported(Exception):
    """The engine answers, and not as one that has streams; the message says what it said."""


class StreamReader:
    """For one thread at a time. `read` goes on after the places that it is given."""

    def __init__(self, url: str, table: str) -> None:
        self.url, self.table = urlsplit(url), table
        self._connection: http.client.HTTPConnection | None = None
        self._arn: str | None = None
        self._iterators: dict[str, str] = {}

    def check(self) -> None:
        """Raises NoStream where the engine has no streams, EngineAway."""
        self._ids()

    def read(self, places: dict[str, str]) -> list[tuple[str, dict]]:
        """Some records that follow the places (sequence numbers by shard), each with its shard; empty at the end. Raises as `check`.

        What is remembered of an engine that is gone fails at the one in its place, which is asked once more: empty must mean the end.
        """
        try:
            return self._read(places)
        except (EngineUnreachable, _Lost):
            self._iterators = {}
        try:
            return self._read(places)
        except _Lost as problem:
            raise EngineUnreachable(str(problem)) from problem

    def _read(self, places: dict[str, str]) -> list[tuple[str, dict]]:
        return [
            (shard, record)
            for shard in self._ids()
            for record in self._of_shard(shard, places.get(shard))
        ]

    def _ids(self) -> list[str]:
        """Parents come before the shards that they were split into."""
        if not self._iterators:
            described = self._call("DynamoDB_20120810.DescribeTable", TableName=self.table)["Table"]
            self._arn = described.get("LatestStreamArn")
            if self._arn is None:
                raise StreamsUnsupported(f"table {self.table} has no stream there")
            found = self._call("DynamoDBStreams_20120810.DescribeStream", StreamArn=self._arn)[
                "StreamDescription"
            ]
            self._iterators = {shard["ShardId"]: "" for shard in found["Shards"]}
        return list(self._iterators)

    def _of_shard(self, shard: str, place: str | None) -> list[dict]:
        iterator = self._iterators[shard] or self._iterator(shard, place)
        try:
            page = self._call(
                "DynamoDBStreams_20120810.GetRecords", ShardIterator=iterator, Limit=MOST_RECORDS
            )
        except _Lost:
            page = self._call(
                "DynamoDBStreams_20120810.GetRecords",
                ShardIterator=self._iterator(shard, place),
                Limit=MOST_RECORDS,
            )
        self._iterators[shard] = page.get("NextShardIterator") or ""
        return [
            record for record in page["Records"] if place is None or _number(record) > int(place)
        ]

    def _iterator(self, shard: str, place: str | None) -> str:
        """Where the place is gone with an engine's memory, from the oldest record that is left."""
        if place is not None:
            try:
                return self._asked(
                    shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=place
                )
            except _Lost:
                pass
        return self._asked(shard, ShardIteratorType="TRIM_HORIZON")

    def _asked(self, shard: str, **place: str) -> str:
        asked = self._call(
            "DynamoDBStreams_20120810.GetShardIterator", StreamArn=self._arn, ShardId=shard, **place
        )
        return asked["ShardIterator"]

    def _call(self, target: str, **request: object) -> dict:
        body = json.dumps(request).encode()
        try:
            self._connection = self._connection or http.client.HTTPConnection(
                self.url.hostname, self.url.port, timeout=_SECONDS
            )
            self._connection.request("POST", "/", body, signed(self.url.netloc, target, body))
            answer = self._connection.getresponse()
            told = json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException) as problem:
            self._connection = None
            raise EngineUnreachable(str(problem)) from problem
        except ValueError:
            raise StreamsUnsupported(f"{target} is not answered in JSON") from None
        return told if answer.status == 200 else _refused(target, answer.status, told)


class _Lost(Exception):
    """The iterator or the place it stands for is no longer there."""


def _refused(target: str, status: int, told: dict) -> dict:
    code = str(told.get("__type", status)).rpartition("#")[2]
    if code in _LOST_PLACE and target.endswith(("GetRecords", "GetShardIterator")):
        raise _Lost(code)
    if status >= 500 or code == "ThrottlingException":
        raise EngineUnreachable(code)
    raise StreamsUnsupported(f"{target.partition('.')[2]} is refused with {code}")


def signed(host: str, target: str, body: bytes) -> dict[str, str]:
    """The headers of a request; some engines look at signatures, none of them at whose they are."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target, "Host": host}
    request = AWSRequest("POST", f"http://{host}/", headers, body)
    SigV4Auth(Credentials("local", "local"), "dynamodb", REGION).add_auth(request)
    return dict(request.headers)


def _number(record: dict) -> int:
    return int(record["dynamodb"]["SequenceNumber"])
