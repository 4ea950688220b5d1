import pytest

from local.cloud.event_patterns import matches

EVENT = {
    "source": "grapevine",
    "detail-type": "OrderChanged",
    "detail": {"status": "paid", "tags": ["a", "b"], "nothing": None, "amount": 1},
}


@pytest.mark.parametrize(
    "pattern",
    [
        {"detail-type": ["OrderChanged"]},
        {"source": ["shop", "grapevine"], "detail": {"status": ["paid"]}},
        {"source": [{"prefix": "grape"}]},
        {"source": [{"suffix": "vine"}]},
        {"source": [{"equals-ignore-case": "GRAPEVINE"}]},
        {"detail": {"tags": ["b"]}},
        {"detail": {"absent": [{"exists": False}], "status": [{"exists": True}]}},
        {"detail": {"status": [{"anything-but": ["placed", "cancelled"]}]}},
        {"detail": {"nothing": [None]}},
    ],
)
def test_matches(pattern: dict):
    assert matches(pattern, EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        {"detail-type": ["orderchanged"]},
        {"source": ["grapevine"], "detail": {"status": ["placed"]}},
        {"detail": {"status": [{"exists": False}]}},
        {"detail": {"absent": ["x"]}},
        {"detail": {"absent": [{"anything-but": ["x"]}]}},
        {"detail": {"amount": ["1"]}},
        {"detail": {"amount": [True]}},
        {"source": {"deeper": ["x"]}},
    ],
)
def test_does_not_match(pattern: dict):
    assert not matches(pattern, EVENT)
