import pytest

from sync_service.entrypoints.http.byte_ranges import ByteRange, Unsatisfiable, byte_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=2-", ByteRange(2, 9)),
        ("bytes=2-99", ByteRange(2, 9)),
        ("bytes=-3", ByteRange(7, 9)),
        ("bytes=-99", ByteRange(0, 9)),
    ],
)
def test_one_range_of_ten_bytes(header: str, expected: ByteRange) -> None:
    assert byte_range(header, 10) == expected


@pytest.mark.parametrize("header", [None, "", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=5-2", "bytes=x-"])
def test_what_is_not_one_range_means_the_whole(header: str | None) -> None:
    assert byte_range(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_after_the_end_cannot_be_had(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        byte_range(header, 10)
