"""How often the lines of a long history name each order, counted in constant memory."""

from zlib import crc32

MOST_COUNTED = 255
LEAST_BITS = 16
HASH_BITS = 32


class MentionFilter:
    """A counting filter: it may count more mentions of an order than there are, never fewer.

    `add` every mention of the history first, then `remove` each as it comes. An order has two
    counters, chosen by the low and by the high bits of a hash of its id. The hash is not Python's
    own, which differs from run to run and would change the order of the result with it.
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
        """Counts one mention less; returns whether there may be more of the order.

        A full counter has lost count and stays full.
        """
        counters, mark = self._counters, crc32(order_id.encode())
        low, high = mark & self._mask, mark >> self._shift
        if counters[low] < MOST_COUNTED:
            counters[low] -= 1
        if counters[high] < MOST_COUNTED:
            counters[high] -= 1
        return counters[low] > 0 and counters[high] > 0
