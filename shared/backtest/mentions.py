"""How often each order of a long history is told, in constant memory: a counting filter that may count too much, never too little."""

MOST = 255
LEAST_SLOTS = 1 << 16


class MentionFilter:
    """Count every telling with `expect` first; then `arrived` says of each whether the order may be told again."""

    def __init__(self, about: int):
        self._mask = (1 << max(LEAST_SLOTS - 1, 8 * about - 1).bit_length()) - 1
        self._left = bytearray(self._mask + 1)

    def expect(self, order_id: str) -> None:
        left, mask, mark = self._left, self._mask, hash(order_id)
        one, two = mark & mask, mark >> 31 & mask
        if left[one] < MOST:
            left[one] += 1
        if left[two] < MOST:
            left[two] += 1

    def arrived(self, order_id: str) -> bool:
        """One telling fewer is to come; a full counter has lost count and stays."""
        left, mask, mark = self._left, self._mask, hash(order_id)
        one, two = mark & mask, mark >> 31 & mask
        if left[one] < MOST:
            left[one] -= 1
        if left[two] < MOST:
            left[two] -= 1
        return left[one] > 0 and left[two] > 0
