"""Reads the stream of one table over HTTP: DescribeStream, GetShardIterator, GetRecords.

boto3 is not used, because parsing the records with it would take longer than all other work on
them.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict
from urllib.parse import urlsplit

from local.cloud.template import REGION

MAX_RECORDS = 200
"""Limit for one request. It is low because the engine answers no other request at the same time."""
_TIMEOUT_SECONDS = 10
_STREAMS = "DynamoDBStreams_20120810"
_PLACE_ERRORS = (
    "ExpiredIteratorException",
    "TrimmedDataAccessException",
    "ResourceNotFoundException",
    "ValidationException",
)


class RawStreamRecordBody(TypedDict):
    """The fields of a record that this package reads or sets; keys and images are passed on unread."""

    SequenceNumber: str
    ApproximateCreationDateTime: float


class RawStreamRecord(TypedDict):
    """A stream record in the format that the engine sends and that Lambda passes to a function."""

    dynamodb: RawStreamRecordBody
    eventSourceARN: str


class EngineUnreachable(Exception):
    """The engine did not answer; nothing was read."""


class StreamsUnsupported(Exception):
    """The engine answers but does not support streams; the message says what it answered."""


class _PlaceLost(Exception):
    """The iterator, or the sequence number that it was requested for, is not known to the engine
    any more.
    """


@dataclass(frozen=True)
class _Shards:
    """The shards of a stream, each with the iterator for the next records; "" if there is no
    iterator yet.
    """

    stream_arn: str
    iterators: dict[str, str]


class StreamReader:
    """Reads the stream of one table. Not safe to use from several threads at once."""

    def __init__(self, url: str, table: str) -> None:
        self._netloc = urlsplit(url).netloc
        self._table = table
        self._connection: http.client.HTTPConnection | None = None
        self._shards: _Shards | None = None

    def check(self) -> None:
        """Raises StreamsUnsupported or EngineUnreachable if the stream cannot be read."""
        self._open()

    def rewind(self) -> None:
        """Makes the next `read` return the same records again, because they could not be stored."""
        self._shards = None

    def read(self, places: dict[str, str]) -> list[tuple[str, RawStreamRecord]]:
        """Returns the next records, each with its shard; an empty list at the end of the stream.

        `places` has, for each shard, the sequence number of the last record that was stored. Raises
        what `check` raises. After an error the iterators are requested again and the read is
        repeated once, because the iterators of a restarted engine are not valid.
        """
        try:
            return self._read(places)
        except (EngineUnreachable, _PlaceLost):
            self._shards = None
        try:
            return self._read(places)
        except _PlaceLost as problem:
            raise EngineUnreachable(str(problem)) from problem

    def _read(self, places: dict[str, str]) -> list[tuple[str, RawStreamRecord]]:
        shards = self._open()
        return [
            (shard, record)
            for shard in shards.iterators
            for record in self._read_shard(shards, shard, places.get(shard))
        ]

    def _open(self) -> _Shards:
        """Returns the shards of the stream; a parent shard comes before the shards it was split
        into.
        """
        if self._shards is None or not self._shards.iterators:
            table = self._call("DynamoDB_20120810.DescribeTable", TableName=self._table)["Table"]
            arn = table.get("LatestStreamArn")
            if arn is None:
                raise StreamsUnsupported(f"table {self._table} has no stream there")
            description = self._call(f"{_STREAMS}.DescribeStream", StreamArn=arn)
            shards = description["StreamDescription"]["Shards"]
            self._shards = _Shards(arn, {shard["ShardId"]: "" for shard in shards})
        return self._shards

    def _read_shard(self, shards: _Shards, shard: str, place: str | None) -> list[RawStreamRecord]:
        iterator = shards.iterators[shard] or self._iterator(shards, shard, place)
        try:
            page = self._get_records(iterator)
        except _PlaceLost:
            page = self._get_records(self._iterator(shards, shard, place))
        shards.iterators[shard] = page.get("NextShardIterator") or ""
        return [
            record
            for record in page["Records"]
            if place is None or int(record["dynamodb"]["SequenceNumber"]) > int(place)
        ]

    def _get_records(self, iterator: str) -> dict[str, Any]:
        return self._call(f"{_STREAMS}.GetRecords", ShardIterator=iterator, Limit=MAX_RECORDS)

    def _iterator(self, shards: _Shards, shard: str, place: str | None) -> str:
        """Returns an iterator that starts after the sequence number `place`, or at the oldest
        record if `place` is None or unknown.
        """
        if place is not None:
            try:
                return self._get_iterator(
                    shards, shard, "AFTER_SEQUENCE_NUMBER", SequenceNumber=place
                )
            except _PlaceLost:
                pass
        return self._get_iterator(shards, shard, "TRIM_HORIZON")

    def _get_iterator(
        self,
        shards: _Shards,
        shard: str,
        kind: Literal["AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON"],
        **place: str,
    ) -> str:
        answer = self._call(
            f"{_STREAMS}.GetShardIterator",
            StreamArn=shards.stream_arn,
            ShardId=shard,
            ShardIteratorType=kind,
            **place,
        )
        return str(answer["ShardIterator"])

    def _call(self, target: str, **request: object) -> dict[str, Any]:
        body = json.dumps(request).encode()
        try:
            self._connection = self._connection or http.client.HTTPConnection(
                self._netloc, timeout=_TIMEOUT_SECONDS
            )
            self._connection.request("POST", "/", body, signed_headers(self._netloc, target, body))
            response = self._connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException) as problem:
            self._connection = None
            raise EngineUnreachable(str(problem)) from problem
        except ValueError:
            raise StreamsUnsupported(f"{target} is not answered in JSON") from None
        if response.status != 200:
            raise _refusal(target, response.status, answer)
        return answer


def _refusal(target: str, status: int, answer: Mapping[str, object]) -> Exception:
    code = str(answer.get("__type", status)).rpartition("#")[2]
    if code in _PLACE_ERRORS and target.endswith(("GetRecords", "GetShardIterator")):
        return _PlaceLost(code)
    if status >= 500 or code == "ThrottlingException":
        return EngineUnreachable(code)
    return StreamsUnsupported(f"{target.partition('.')[2]} is refused with {code}")


def signed_headers(host: str, target: str, body: bytes) -> dict[str, str]:
    """Returns the headers of a signed request.

    Some local engines require a signature; none checks whose it is.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target, "Host": host}
    request = AWSRequest("POST", f"http://{host}/", headers, body)
    SigV4Auth(Credentials("local", "local"), "dynamodb", REGION).add_auth(request)
    return dict(request.headers)
