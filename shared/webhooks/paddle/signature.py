"""Paddle's signature: over time and body, in hexadecimal digits, in one header."""

from shared.webhooks.signature import TimedForm, TimedSignature

TOLERANCE_SECONDS = 5
"""The value in Paddle's own libraries. Paddle signs again when it sends a delivery again, so late
deliveries are not lost.
"""
SIGNATURE = TimedSignature(
    TimedForm("Paddle-Signature", ";", "ts", "h1", b":"), most_seconds=TOLERANCE_SECONDS
)
