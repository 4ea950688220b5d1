"""A small shop that uses Grapevine, for people who try it out: pages, a database and a payment
processor.

The payment processor is simulated; no money moves.
"""

SHOP_NAME = "Fern & Kettle"
