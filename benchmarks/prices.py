"""List prices of AWS in dollars: us-east-1, on demand, the first tier, without free tiers.

They are from the pricing pages of the services (aws.amazon.com, the service's name, "pricing").
Check them once a year, and for your region.
"""

READ_ON = "2025-11"
PRICES = {
    "HTTP API request": 1.00e-6,
    "Lambda request": 0.20e-6,
    "Lambda GB-second": 0.0000133334,
    "EventBridge event": 1.00e-6,
    "SQS request": 0.40e-6,
    "DynamoDB write unit": 0.625e-6,
    "DynamoDB read unit": 0.125e-6,
    "log GB": 0.50,
    "archive GB": 0.10,
    "transfer GB": 0.09,
    "SES mail": 100e-6,
}
"""Prices for each unit. Lambda is on arm64. An event or a message counts as one up to 64 KB.
Reading a stream from a function is free.
"""
BY_MONTH = {
    "table GB": 0.25,
    "recovery GB": 0.20,
    "alarm metric": 0.10,
    "custom metric": 0.30,
    "secret": 0.40,
}
"""Prices for a month. Recovery is point-in-time recovery. An alarm that computes is charged for
each metric that it reads.
"""
SERVICES = {
    "gateway": ("HTTP API request", "transfer GB"),
    "functions": ("Lambda request", "Lambda GB-second"),
    "bus": ("EventBridge event", "archive GB"),
    "queues": ("SQS request",),
    "tables": ("DynamoDB write unit", "DynamoDB read unit"),
    "logs": ("log GB",),
    "mail": ("SES mail",),
}
"""The columns of the table, each with the prices that it adds up."""
