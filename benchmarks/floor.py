"""The floor for orders a second: the DynamoDB writes of an order, sent by botocore alone."""

import copy
import itertools
from typing import Any

import botocore.config
import botocore.session

from benchmarks import costs, shop
from shared.store.connection import connection


class Floor:
    """Repeats the recorded transaction of an order with new keys."""

    def __init__(self, threads: int) -> None:
        pool = botocore.config.Config(max_pool_connections=threads)
        self._client = botocore.session.get_session().create_client("dynamodb", config=pool)
        self._numbers = itertools.count()
        self._transaction = record_transaction()

    def write(self) -> None:
        self._client.transact_write_items(TransactItems=self._renamed(next(self._numbers)))

    def _renamed(self, number: int) -> list[dict]:
        """The transaction with new keys. Its conditions hold, because each requires that no item
        exists.
        """
        items = []
        for part in self._transaction:
            put = part["Put"]
            items.append(
                {
                    "Put": put
                    | {"Item": put["Item"] | {"pk": {"S": f"{put['Item']['pk']['S']}~{number}"}}}
                }
            )
        return items


def record_transaction() -> list[dict]:
    """The writes of one order from a processor that has two names for it and that rewards one
    advocate.
    """
    transactions: list[list[dict]] = []

    def record(params: dict, model: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems":
            transactions.append(copy.deepcopy(params["TransactItems"]))

    client = connection().client
    shop.register_chain(1)
    client.meta.events.register("before-parameter-build.dynamodb", record)
    try:
        costs.deliver_from_processor(1)
    finally:
        client.meta.events.unregister("before-parameter-build.dynamodb", record)
    (transaction,) = transactions
    return transaction
