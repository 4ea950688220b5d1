"""The same DynamoDB writes by bare botocore: the transaction of one order as it was sent, sent again under fresh keys."""

import copy
import itertools
from typing import Any

import botocore.config
import botocore.session

from benchmarks import costs, shop
from shared.store import engine


class Floor:
    """Records the transaction of a known buyer's first order and repeats it."""

    def __init__(self, threads: int) -> None:
        pool = botocore.config.Config(max_pool_connections=threads)
        self.client = botocore.session.get_session().create_client("dynamodb", config=pool)
        self.fresh = itertools.count()
        self.transaction = recorded()

    def write(self) -> None:
        self.client.transact_write_items(TransactItems=self._renamed(next(self.fresh)))

    def _renamed(self, number: int) -> list[dict]:
        """Every condition of the recorded transaction asks that there be nothing, which holds under keys never used."""
        items = []
        for part in self.transaction:
            put = part["Put"]
            items.append(
                {
                    "Put": put
                    | {"Item": put["Item"] | {"pk": {"S": f"{put['Item']['pk']['S']}~{number}"}}}
                }
            )
        return items


def recorded() -> list[dict]:
    """What one order from a processor writes, with two names and one reward."""
    sent: list[dict] = []

    def record(params: dict, model: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems":
            sent.append(copy.deepcopy(params["TransactItems"]))

    client = engine.connection().client
    shop.chain(1)
    client.meta.events.register("before-parameter-build.dynamodb", record)
    try:
        costs.news_from_processor(1)
    finally:
        client.meta.events.unregister("before-parameter-build.dynamodb", record)
    (transaction,) = sent
    return transaction
