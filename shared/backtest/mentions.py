"""How often the lines of a long history name each order, counted in constant memory."""

from zlib import crc32

MOST_COUNTED = 255
LEAST_COUNTERS = 1 << 16


class MentionFilter:
    """A counting filter: it may count more mentions of an order than there are, never fewer.

    `add` every mention of the history first, then `remove` each as it comes.
    """

    def __init__(self, expected_orders: int) -> None:
        bits = max(LEAST_COUNTERS - 1, 8 * expected_orders - 1).bit_length()
        self._mask = (1 << bits) - 1
        self._counters = bytearray(self._mask + 1)

    def add(self, order_id: str) -> None:
        counters, mask, mark = self._counters, self._mask, _hash_id(order_id)
        one, two = mark & mask, mark >> 32 & mask
        if counters[one] < MOST_COUNTED:
            counters[one] += 1
        if counters[two] < MOST_COUNTED:
            counters[two] += 1

    def remove(self, order_id: str) -> bool:
        """Counts one mention less; returns whether there may be more of the order.

        A full counter has lost count and stays full.
        """
        counters, mask, mark = self._counters, self._mask, _hash_id(order_id)
        one, two = mark & mask, mark >> 32 & mask
        if counters[one] < MOST_COUNTED:
            counters[one] -= 1
        if counters[two] < MOST_COUNTED:
            counters[two] -= 1
        return counters[one] > 0 and counters[two] > 0


def _hash_id(order_id: str) -> int:
    """A hash of at least 64 bits that is the same in every process.

    Python's own `hash` of text differs from run to run, and with it the order of the result.
    """
    return crc32(order_id.encode()) * 0x9E3779B97F4A7C15
