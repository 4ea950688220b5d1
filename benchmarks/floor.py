"""The DynamoDB writes of an order by bare botocore, as a floor for orders a second."""

import copy
import itertools
from typing import Any

import botocore.config
import botocore.session

from benchmarks import costs, shop
from shared.store.connection import connection


class Floor:
    """Repeats the transaction of a known buyer's first order under new keys."""

    def __init__(self, threads: int) -> None:
        pool = botocore.config.Config(max_pool_connections=threads)
        self._client = botocore.session.get_session().create_client("dynamodb", config=pool)
        self._numbers = itertools.count()
        self._transaction = record_transaction()

    def write(self) -> None:
        self._client.transact_write_items(TransactItems=self._renamed(next(self._numbers)))

    def _renamed(self, number: int) -> list[dict]:
        """The transaction under keys that were never used; all its conditions ask for no item."""
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
    """What one order from a processor writes, with two names and one reward."""
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
