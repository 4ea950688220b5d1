"""A small shop that runs Grapevine, for whoever tries it: its own pages, its own books, a processor that only pretends to move money."""

SHOP_NAME = "Fern & Kettle"
