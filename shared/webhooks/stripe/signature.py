"""Stripe's signature: over time and body, in hexadecimal digits, in one header."""

from shared.webhooks.signature import TimedForm, TimedSignature

SIGNATURE = TimedSignature(TimedForm("Stripe-Signature", ",", "t", "v1", b"."))
