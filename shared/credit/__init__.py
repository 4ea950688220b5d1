"""Credit beside orders: spent, given by hand, expired, audited."""
