"""Codes that connected stores have, with the ids that the platforms gave them, in the attributions
table.
"""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from shared.domain.platforms.codes import PlatformCode
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.engine import Delete, ItemRequest, Write, read
from shared.store.items import AttributionsItem


class PlatformCodeItem(AttributionsItem):
    """A code in one store. If `problem` is set, the store does not have the code."""

    spelled = UnicodeAttribute()
    platform_id = UnicodeAttribute(null=True)
    offer = UnicodeAttribute(default="")
    problem = UnicodeAttribute(null=True)


def load_codes(
    connection_id: str, codes: Iterable[str]
) -> tuple[dict[str, CodeItem], dict[str, PlatformCode]]:
    """The codes themselves, and our records of them in a store. Both are by the code in its normal
    form; unknown codes are missing.
    """
    wanted = list(codes)
    requests: list[ItemRequest] = [(CodeItem, keys.code(code)) for code in wanted]
    requests += [(PlatformCodeItem, keys.platform_code(connection_id, code)) for code in wanted]
    found = read(requests)
    ours = {item.pk.removeprefix(keys.CODES): item for item in found.of(CodeItem)}
    theirs = {item.sk: _platform_code_of(item) for item in found.of(PlatformCodeItem)}
    return ours, theirs


def list_platform_codes(connection_id: str, limit: int) -> list[PlatformCode]:
    """The first `limit` codes that we recorded for a store."""
    partition = keys.platform_codes(connection_id)
    return [_platform_code_of(item) for item in PlatformCodeItem.query(partition, limit=limit)]


def list_refused_codes(connection_id: str, limit: int) -> list[PlatformCode]:
    """The first `limit` codes that a store does not have because of a problem."""
    refused = PlatformCodeItem.problem.exists()
    rows = PlatformCodeItem.query(
        keys.platform_codes(connection_id), filter_condition=refused, limit=limit
    )
    return [_platform_code_of(item) for item in rows]


def count_platform_codes(connection_id: str) -> tuple[int, int]:
    """How many codes the store has, and how many it could not take because of a problem."""
    partition = keys.platform_codes(connection_id)
    failed = PlatformCodeItem.count(partition, filter_condition=PlatformCodeItem.problem.exists())
    return PlatformCodeItem.count(partition) - failed, failed


def put_platform_code(connection_id: str, after: PlatformCode) -> Write:
    return Write(
        PlatformCodeItem(
            *keys.platform_code(connection_id, after.code),
            spelled=after.spelled,
            platform_id=after.id,
            offer=after.offer,
            problem=after.problem,
        )
    )


def drop_platform_code(connection_id: str, code: str) -> Write:
    return Delete(PlatformCodeItem(*keys.platform_code(connection_id, code)))


def _platform_code_of(item: PlatformCodeItem) -> PlatformCode:
    return PlatformCode(item.sk, item.spelled, item.platform_id, item.offer, item.problem)
