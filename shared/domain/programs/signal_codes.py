"""The codes of fraud signals, and of what a program may do about them (decision 60)."""

ALLOW, HOLD, REFUSE = "allow", "hold", "refuse"
"""What a signal does: it is only shown, holds the rewards for review, or refuses them."""
APPROVE = "approve"
"""One of the two ways in which a review ends; the other is `REFUSE`."""

SAME_MEMBER, SAME_EMAIL = "same_member", "same_email"
"""Signals that no program can allow (specification: refusal-self_referral)."""
SAME_PAYMENT, OWN_BROWSER, INSTANT_CLICK, MANY_SIGN_UPS = (
    "same_payment",
    "own_browser",
    "instant_click",
    "many_sign_ups",
)
GRADED = (SAME_PAYMENT, OWN_BROWSER, INSTANT_CLICK, MANY_SIGN_UPS)
"""The signals that a program can grade, in the order in which they are shown."""
