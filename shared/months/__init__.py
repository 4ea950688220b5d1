"""A month's end: planned, closed page by page, told as statements."""
