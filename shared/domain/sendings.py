"""How often each order of a long history is told, in constant memory: a counting filter that may count too much, never too little."""

MOST = 255
LEAST_SLOTS = 1 << 16


class Sendings:
    """Count every telling with `expect` first; then `arrived` says of each whether the order may be told again."""

    def __init__(self, about: int):
        self._mask = (1 << max(LEAST_SLOTS - 1, 8 * about - 1).bit_length()) - 1
        self._left = bytearray(self._mask + 1)

    def _slots(self, order_id: str) -> tuple[int, int]:
        mark = hash(order_id)
        return mark & self._mask, (mark >> 31) & self._mask

    def expect(self, order_id: str) -> None:
        left = self._left
        for slot in self._slots(order_id):
            if left[slot] < MOST:
                left[slot] += 1

    def arrived(self, order_id: str) -> bool:
        """One telling fewer is to come; a full counter has lost count and stays."""
        left = self._left
        one, two = self._slots(order_id)
        if left[one] < MOST:
            left[one] -= 1
        if left[two] < MOST:
            left[two] -= 1
        return left[one] > 0 and left[two] > 0
