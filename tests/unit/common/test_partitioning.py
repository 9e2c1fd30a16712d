"""Keys go to the partition that every other Kafka client would choose."""

import os

import pytest
from aiokafka.partitioner import murmur2

from labelstream_common.messaging.partitioning import key_hash, key_hashes


@pytest.mark.parametrize("length", range(90))
def test_key_has_the_hash_that_aiokafka_gives_it(length: int) -> None:
    for _ in range(20):
        key = os.urandom(length)
        assert key_hash(key) == murmur2(key) & 0x7FFFFFFF


@pytest.mark.parametrize("head", range(9))
def test_keys_that_begin_alike_have_the_same_hashes_together(head: int) -> None:
    shared, tails = os.urandom(head), [os.urandom(length % 7) for length in range(30)]
    assert key_hashes(shared, tails) == [key_hash(shared + tail) for tail in tails]
