"""The part of AWS that the supervisor plays itself, in boto3's own protocols: EventBridge's PutEvents, SQS's messages, SES's SendEmail."""

import hashlib
import json
import sqlite3
from collections.abc import Callable

from local.cloud.bus import Bus, EventRefused
from local.cloud.clock import Clock
from local.cloud.database import transaction
from local.cloud.gateway import ClientGone, read_body, send_response
from local.cloud.http_events import GatewayResponse
from local.cloud.mail_feedback import sent_event
from local.cloud.mailbox import Mailbox, MailRefused
from local.cloud.queues import QueuedMessage, Queues

_LARGEST_REQUEST_BYTES = 4 * 1024 * 1024


class CallRefused(Exception):
    """An AWS error; `code` is AWS's name for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AwsEndpoint:
    """An ASGI application."""

    def __init__(
        self,
        journal: sqlite3.Connection,
        bus: Bus,
        queues: Queues,
        mailbox: Mailbox,
        clock: Clock,
    ) -> None:
        self.journal, self.bus, self.queues, self.mailbox, self.clock = (
            journal,
            bus,
            queues,
            mailbox,
            clock,
        )
        self._calls: dict[str, Callable[[dict], dict]] = {
            "AWSEvents.PutEvents": self._put_events,
            "AmazonSQS.SendMessage": self._send_message,
            "AmazonSQS.SendMessageBatch": self._send_message_batch,
            "AmazonSQS.ReceiveMessage": self._receive_message,
            "AmazonSQS.DeleteMessage": self._delete_message,
            "AmazonSQS.GetQueueUrl": self._queue_url,
            "AmazonSQS.GetQueueAttributes": self._queue_attributes,
            "POST /v2/email/outbound-emails": self._send_email,
        }

    async def __call__(self, scope, receive, send) -> None:
        try:
            body = await read_body(receive, _LARGEST_REQUEST_BYTES)
        except ClientGone:
            return
        target = next(
            (value.decode() for name, value in scope["headers"] if name == b"x-amz-target"),
            f"{scope['method']} {scope['path']}",
        )
        await send_response(send, self._answer(target, body))

    def _answer(self, target: str, body: bytes) -> GatewayResponse:
        headers = (("content-type", "application/x-amz-json-1.1"),)
        try:
            if target not in self._calls:
                raise CallRefused(
                    "UnknownOperationException", f"{target} is not played by the local cloud"
                )
            with transaction(self.journal):
                result = self._calls[target](json.loads(body or b"{}"))
        except (CallRefused, MailRefused) as refused:
            code = getattr(refused, "code", "BadRequestException")
            return GatewayResponse(
                400,
                (*headers, ("x-amzn-errortype", code)),
                json.dumps({"__type": code, "message": str(refused)}).encode(),
            )
        return GatewayResponse(200, headers, json.dumps(result).encode())

    def _put_events(self, request: dict) -> dict:
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

    def _send_message(self, request: dict) -> dict:
        return self._sent(self._arn(request), request)

    def _send_message_batch(self, request: dict) -> dict:
        arn = self._arn(request)
        return {
            "Successful": [
                {"Id": entry["Id"], **self._sent(arn, entry)} for entry in request["Entries"]
            ],
            "Failed": [],
        }

    def _sent(self, arn: str, entry: dict) -> dict:
        body = entry["MessageBody"]
        (id,) = self.queues.send(
            arn, [body], int(self.clock.now().timestamp() * 1000), entry.get("DelaySeconds", 0)
        )
        return {"MessageId": id, "MD5OfMessageBody": _md5(body)}

    def _receive_message(self, request: dict) -> dict:
        """At once, whatever is there: nobody is kept waiting here."""
        lent = self.queues.lend(
            self._arn(request),
            request.get("MaxNumberOfMessages", 1),
            request.get("VisibilityTimeout", 30),
        )
        return {"Messages": [_message(message) for message in lent]} if lent else {}

    def _delete_message(self, request: dict) -> dict:
        number, _, receives = request["ReceiptHandle"].partition(".")
        self.queues.take_out(self._arn(request), int(number), int(receives))
        return {}

    def _queue_url(self, request: dict) -> dict:
        name = request["QueueName"]
        if all(queue.name != name for queue in self.queues.queues.values()):
            raise CallRefused(
                "AWS.SimpleQueueService.NonExistentQueue",
                f"there is no queue {name} in the template",
            )
        return {"QueueUrl": f"http://sqs.local/000000000000/{name}"}

    def _queue_attributes(self, request: dict) -> dict:
        arn = self._arn(request)
        hidden = self.queues.hidden(arn)
        told = {
            "QueueArn": arn,
            "ApproximateNumberOfMessages": self.queues.depths()[self.queues.queues[arn].logical]
            - hidden,
            "ApproximateNumberOfMessagesNotVisible": hidden,
            "ApproximateNumberOfMessagesDelayed": 0,
        }
        return {"Attributes": {name: str(value) for name, value in told.items()}}

    def _arn(self, request: dict) -> str:
        """A queue is known by its URL, whose last part is its name, or by the bare name that `!Ref` gives here."""
        name = request["QueueUrl"].rpartition("/")[2]
        for arn, queue in self.queues.queues.items():
            if queue.name == name:
                return arn
        raise CallRefused(
            "AWS.SimpleQueueService.NonExistentQueue", f"there is no queue {name} in the template"
        )

    def _send_email(self, request: dict) -> dict:
        """What is sent under a configuration set is told on the account's own bus, in the same transaction."""
        message_id = self.mailbox.send(request)
        if "ConfigurationSetName" in request:
            self.bus.put(sent_event(request, message_id, self.clock.now()))
        return {"MessageId": message_id}


def _message(message: QueuedMessage) -> dict:
    return {
        "MessageId": message.id,
        "ReceiptHandle": f"{message.number}.{message.receives}",
        "Body": message.body,
        "MD5OfBody": _md5(message.body),
        "Attributes": {"SentTimestamp": str(message.sent_ms)},
    }


def _md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
