"""The AWS operations that the supervisor itself answers, in the protocols that boto3 uses.

These are EventBridge's PutEvents, the messages of SQS, and SendEmail of SES.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from local.cloud.asgi import ClientGone, Receive, Scope, Send, read_body, send_response
from local.cloud.bus import Bus, EventRefused
from local.cloud.clock import Clock
from local.cloud.database import transaction
from local.cloud.http_events import GatewayResponse
from local.cloud.mailbox import Mailbox, MailRefused, sent_event
from local.cloud.queues import QueuedMessage, Queues
from local.cloud.storage_full import STORAGE_FULL, STORAGE_FULL_MESSAGE, is_storage_full

_MAX_REQUEST_BYTES = 4 * 1024 * 1024
_HEADERS = (("content-type", "application/x-amz-json-1.1"),)

type Payload = dict[str, Any]
"""The decoded JSON of a request or a response."""
type AwsOperation = Callable[[Payload], Payload]
"""Carries out one AWS operation: takes the request and returns the response."""


class CallRefused(Exception):
    """A request that is answered with an AWS error; `code` is AWS's name for the error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AwsEndpoint:
    """The ASGI application for these operations. Functions find its address in
    `AWS_ENDPOINT_URL_SQS` and similar variables.
    """

    def __init__(
        self, database: sqlite3.Connection, bus: Bus, queues: Queues, mailbox: Mailbox, clock: Clock
    ) -> None:
        self.database, self.bus, self.queues = database, bus, queues
        self.mailbox, self.clock = mailbox, clock
        self._operations: dict[str, AwsOperation] = {
            "AWSEvents.PutEvents": self._put_events,
            "AmazonSQS.SendMessage": self._send_message,
            "AmazonSQS.SendMessageBatch": self._send_message_batch,
            "AmazonSQS.ReceiveMessage": self._receive_message,
            "AmazonSQS.DeleteMessage": self._delete_message,
            "AmazonSQS.GetQueueUrl": self._queue_url,
            "AmazonSQS.GetQueueAttributes": self._queue_attributes,
            "POST /v2/email/outbound-emails": self._send_email,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, _MAX_REQUEST_BYTES)
        except ClientGone:
            return
        target = next(
            (value.decode() for name, value in scope["headers"] if name == b"x-amz-target"),
            f"{scope['method']} {scope['path']}",
        )
        await send_response(send, self._answer(target, body))

    def _answer(self, target: str, body: bytes) -> GatewayResponse:
        """Runs the operation that `target` names in a database transaction, and returns its
        response.

        Refused calls and a full disk become AWS error responses.
        """
        try:
            if target not in self._operations:
                raise CallRefused(
                    "UnknownOperationException", f"{target} is not played by the local cloud"
                )
            with transaction(self.database):
                result = self._operations[target](json.loads(body or b"{}"))
        except CallRefused as refused:
            return _error_response(refused.code, str(refused))
        except MailRefused as refused:
            return _error_response("BadRequestException", str(refused))
        except sqlite3.OperationalError as problem:
            if not is_storage_full(problem):
                raise
            return _error_response(STORAGE_FULL, STORAGE_FULL_MESSAGE)
        return GatewayResponse(200, _HEADERS, json.dumps(result).encode())

    def _put_events(self, request: Payload) -> Payload:
        results = []
        for entry in request["Entries"]:
            try:
                results.append({"EventId": self.bus.put(entry)})
            except EventRefused as refused:
                results.append({"ErrorCode": refused.code, "ErrorMessage": str(refused)})
        return {
            "FailedEntryCount": sum("ErrorCode" in result for result in results),
            "Entries": results,
        }

    def _send_message(self, request: Payload) -> Payload:
        return self._send(self._queue_arn(request), request)

    def _send_message_batch(self, request: Payload) -> Payload:
        arn = self._queue_arn(request)
        entries = [{"Id": entry["Id"], **self._send(arn, entry)} for entry in request["Entries"]]
        return {"Successful": entries, "Failed": []}

    def _send(self, arn: str, entry: Payload) -> Payload:
        body = entry["MessageBody"]
        now_ms = int(self.clock.now().timestamp() * 1000)
        (id,) = self.queues.send(arn, [body], now_ms, entry.get("DelaySeconds", 0))
        return {"MessageId": id, "MD5OfMessageBody": _md5(body)}

    def _receive_message(self, request: Payload) -> Payload:
        """Returns the messages that can be received now. `WaitTimeSeconds` has no effect here."""
        messages = self.queues.lend(
            self._queue_arn(request),
            request.get("MaxNumberOfMessages", 1),
            request.get("VisibilityTimeout", 30),
        )
        return {"Messages": [_message(message) for message in messages]} if messages else {}

    def _delete_message(self, request: Payload) -> Payload:
        number, _, receives = request["ReceiptHandle"].partition(".")
        self.queues.delete_lent(self._queue_arn(request), int(number), int(receives))
        return {}

    def _queue_url(self, request: Payload) -> Payload:
        name = request["QueueName"]
        if self.queues.find(name) is None:
            raise _no_queue(name)
        return {"QueueUrl": f"http://sqs.local/000000000000/{name}"}

    def _queue_attributes(self, request: Payload) -> Payload:
        arn = self._queue_arn(request)
        hidden = self.queues.count_hidden(arn)
        depth = self.queues.count_messages()[self.queues.queues[arn].logical]
        return {
            "Attributes": {
                "QueueArn": arn,
                "ApproximateNumberOfMessages": str(depth - hidden),
                "ApproximateNumberOfMessagesNotVisible": str(hidden),
                "ApproximateNumberOfMessagesDelayed": "0",
            }
        }

    def _queue_arn(self, request: Payload) -> str:
        """Returns the ARN of the queue that `QueueUrl` names; raises CallRefused if there is none.

        `QueueUrl` is a URL that ends in the queue's name, or the name alone: in the local cloud
        `!Ref` resolves to the name.
        """
        name = request["QueueUrl"].rpartition("/")[2]
        queue = self.queues.find(name)
        if queue is None:
            raise _no_queue(name)
        return queue.arn

    def _send_email(self, request: Payload) -> Payload:
        """Stores the mail, and returns its message id.

        If the request names a configuration set, an event that says that the mail was sent is put
        on the bus, as SES does.
        """
        message_id = self.mailbox.send(request)
        if "ConfigurationSetName" in request:
            self.bus.put(sent_event(request, message_id, self.clock.now()))
        return {"MessageId": message_id}


def _error_response(code: str, message: str) -> GatewayResponse:
    return GatewayResponse(
        400,
        (*_HEADERS, ("x-amzn-errortype", code)),
        json.dumps({"__type": code, "message": message}).encode(),
    )


def _no_queue(name: str) -> CallRefused:
    return CallRefused(
        "AWS.SimpleQueueService.NonExistentQueue", f"there is no queue {name} in the template"
    )


def _message(message: QueuedMessage) -> Payload:
    return {
        "MessageId": message.id,
        "ReceiptHandle": f"{message.number}.{message.receives}",
        "Body": message.body,
        "MD5OfBody": _md5(message.body),
        "Attributes": {"SentTimestamp": str(message.sent_ms)},
    }


def _md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
