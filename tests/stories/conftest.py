"""One running system for all stories, a fresh shop with a plain program for each."""

from collections.abc import Iterator

import boto3
import pytest

from local.cloud.engine import standalone_engine
from local.cloud.template import REGION, read_template
from tests.support.running_cloud import TEMPLATE, RunningCloud
from tests.support.running_shop import RunningShop


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    running = RunningCloud(tmp_path_factory.mktemp("stories")).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def shop(system: RunningCloud) -> Iterator[RunningShop]:
    """A Sunday morning in March, 10 % for one level, nothing held; in the end the books agree, whatever happened."""
    shop = RunningShop(system)
    shop.publish()
    known = shop.verify()["differences"]
    yield shop
    shop.drain()
    assert [row for row in shop.verify()["differences"] if row not in known] == []


@pytest.fixture(scope="module")
def own_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an engine for one file, whose tables nobody else writes to."""
    with standalone_engine(tmp_path_factory.mktemp("engine"), forget=True) as url:
        yield url


@pytest.fixture(scope="module")
def hostile(own_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop that gets bad requests.

    In the end its tables have the items that they had before, and its bus has no event.
    """
    running = RunningCloud(tmp_path_factory.mktemp("hostile")).start("--dynamodb", own_engine)
    try:
        shop = RunningShop(running)
        shop.member("anna")
        shop.drain()
        before = everything_kept(own_engine)
        yield shop
        shop.drain()
        assert everything_kept(own_engine) == before
        assert running.bus() == []
    finally:
        running.stop()


@pytest.fixture(scope="module")
def anna(hostile: RunningShop) -> str:
    """The id of the one member of the hostile world's shop."""
    return hostile.named("anna")


def everything_kept(engine: str) -> list[dict]:
    """Every item of every table of the template, but for what is counted of calls: clicks of a day, wrong codes, and when
    a key was used.
    """
    access = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": REGION}
    dynamodb, template = (
        boto3.client("dynamodb", endpoint_url=engine, **access),
        read_template(TEMPLATE),
    )
    names = [template.name(logical) for logical in template.resources("AWS::DynamoDB::Table")]
    pages = [
        page for name in names for page in dynamodb.get_paginator("scan").paginate(TableName=name)
    ]
    items = [item for page in pages for item in page["Items"]]
    assert items
    items = [
        item for item in items if not item["pk"]["S"].startswith(("CLICKS", "MISSES#", "KEYUSE#"))
    ]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
