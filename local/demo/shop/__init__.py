"""A small shop that runs Grapevine, for people who try it: pages, a database, a payment processor.

The processor moves no money.
"""

SHOP_NAME = "Fern & Kettle"
