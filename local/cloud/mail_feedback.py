"""What SES tells of a mail that it took, as an event of the account's own bus."""

import json
from datetime import datetime

from local.cloud.clock import format_instant
from local.cloud.template import ACCOUNT, REGION


def sent_event(request: dict, message_id: str, at: datetime) -> dict:
    """An entry for the bus about a request that was taken."""
    to = request.get("Destination", {}).get("ToAddresses", [])
    headers = request.get("Content", {}).get("Simple", {}).get("Headers", [])
    mail = {
        "timestamp": format_instant(at),
        "messageId": message_id,
        "source": request.get("FromEmailAddress", ""),
        "sendingAccountId": ACCOUNT,
        "destination": to,
        "headersTruncated": False,
        "headers": [{"name": header["Name"], "value": header["Value"]} for header in headers],
        "tags": {
            "ses:configuration-set": [request["ConfigurationSetName"]],
            "ses:caller-identity": [f"local-{REGION}"],
        },
    }
    return {
        "Source": "aws.ses",
        "DetailType": "Email Sent",
        "Detail": json.dumps({"eventType": "Send", "send": {}, "mail": mail}),
    }
