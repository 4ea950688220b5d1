"""The codes of fraud signals, and what a program may do about one (decision 60)."""

ALLOW, HOLD, REFUSE = "allow", "hold", "refuse"
"""A signal is only shown, holds the rewards for a review, or refuses them."""
APPROVE = "approve"
"""With `REFUSE`, the two ways in which a review can end."""

SAME_MEMBER, SAME_EMAIL = "same_member", "same_email"
"""Always refused, as `self_referral` (specification: refusal-self_referral)."""
SAME_PAYMENT, OWN_BROWSER, INSTANT_CLICK, MANY_SIGN_UPS = (
    "same_payment",
    "own_browser",
    "instant_click",
    "many_sign_ups",
)
GRADED = (SAME_PAYMENT, OWN_BROWSER, INSTANT_CLICK, MANY_SIGN_UPS)
"""The signals that a program grades, in the order in which they are told."""
