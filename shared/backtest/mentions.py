"""Counts in constant memory how often a long history mentions each order."""

from zlib import crc32

MOST_COUNTED = 255
LEAST_BITS = 16
HASH_BITS = 32


class MentionFilter:
    """A counting filter. It may count more mentions of an order than there are, but never fewer.

    First `add` every mention of the history; then `remove` each one when its event is applied. Each
    order has two counters, chosen by the low and the high bits of a hash of its id. The hash is not
    Python's own, because that differs from run to run, and so would the sequence of orders in the
    result.
    """

    def __init__(self, expected_orders: int) -> None:
        bits = min(HASH_BITS, max(LEAST_BITS, (8 * expected_orders).bit_length()))
        self._mask, self._shift = (1 << bits) - 1, HASH_BITS - bits
        self._counters = bytearray(1 << bits)

    def add(self, order_id: str) -> None:
        counters, mark = self._counters, crc32(order_id.encode())
        low, high = mark & self._mask, mark >> self._shift
        if counters[low] < MOST_COUNTED:
            counters[low] += 1
        if counters[high] < MOST_COUNTED:
            counters[high] += 1

    def remove(self, order_id: str) -> bool:
        """Removes one mention of an order. Returns whether the order may have more.

        A counter that reached its maximum no longer knows the number and is not changed.
        """
        counters, mark = self._counters, crc32(order_id.encode())
        low, high = mark & self._mask, mark >> self._shift
        if counters[low] < MOST_COUNTED:
            counters[low] -= 1
        if counters[high] < MOST_COUNTED:
            counters[high] -= 1
        return counters[low] > 0 and counters[high] > 0
