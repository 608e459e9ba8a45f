import threading
from collections.abc import Iterator

import pytest

from wenmai.lib.ahead import ahead


def test_the_same_items_in_order_made_by_another_thread():
    makers = set()

    def items() -> Iterator[int]:
        for number in range(5):
            makers.add(threading.get_ident())
            yield number

    assert list(ahead(items())) == [0, 1, 2, 3, 4]
    assert makers
    assert threading.get_ident() not in makers
    assert list(ahead([])) == []


def test_one_item_ahead_and_no_more():
    made = []

    def items() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number

    stream = ahead(items())
    assert next(stream) == 0
    assert next(stream) == 1  # while this one is used, number 2 is made
    stream.close()
    assert made in ([0, 1], [0, 1, 2])


def test_a_fault_comes_where_its_item_would():
    def items() -> Iterator[int]:
        yield 1
        raise LookupError("broken")

    stream = ahead(items())
    assert next(stream) == 1
    with pytest.raises(LookupError, match="broken"):
        next(stream)
