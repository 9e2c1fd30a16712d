"""What an object store's refusals mean: for one object, for the bucket, or for the whole store."""

import pytest
from minio.error import InvalidResponseError, S3Error
from urllib3 import HTTPResponse

from labelstream_common.errors import DomainError, Kind
from labelstream_common.object_storage.errors import (
    BeyondEnd,
    BucketMissing,
    ObjectMissing,
    ObjectRefused,
    StorageDenied,
    StorageUnavailable,
)
from labelstream_common.object_storage.failures import storage_error


def meant(code: str, status: int, key: str = "a.png") -> DomainError | None:
    error = S3Error(HTTPResponse(status=status), code, "", "", "", "")
    told = InvalidResponseError(status, "text/xml", f"<Error><Code>{code}</Code></Error>")
    found, as_rclone_says_it = storage_error(error, "bucket", key), storage_error(told, "bucket", key)
    assert type(found) is type(as_rclone_says_it)
    return found


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InvalidObjectState", 403),
        ("InvalidArgument", 400),
        ("InvalidRequest", 400),
        ("EntityTooLarge", 400),
        ("KeyTooLongError", 400),
        ("KMS.DisabledException", 400),
        ("PreconditionFailed", 412),
    ],
)
def test_what_is_wrong_with_one_object_is_said_of_it(code: str, status: int) -> None:
    found = meant(code, status)
    assert isinstance(found, ObjectRefused)
    assert found.kind is Kind.CONFLICT
    assert code in found.detail
    assert isinstance(meant(code, status, key=""), StorageUnavailable)  # of a bucket, nobody knows


def test_an_archived_object_says_what_to_do() -> None:
    found = meant("InvalidObjectState", 403)
    assert found is not None
    assert "restore it" in found.detail


@pytest.mark.parametrize("code", ["InvalidRange", "RequestedRangeNotSatisfiable"])
def test_a_range_behind_the_end_is_told_apart(code: str) -> None:
    assert isinstance(meant(code, 416), BeyondEnd)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("SlowDown", 503, StorageUnavailable),
        ("InternalError", 500, StorageUnavailable),
        ("TooManyRequests", 429, StorageUnavailable),
        ("RequestTimeout", 400, StorageUnavailable),
        ("OperationAborted", 409, StorageUnavailable),
        ("ExpiredToken", 400, StorageUnavailable),
        ("InvalidAccessKeyId", 403, StorageUnavailable),
        ("AccessDenied", 403, StorageDenied),
        ("NoSuchKey", 404, ObjectMissing),
        ("NoSuchBucket", 404, BucketMissing),
    ],
)
def test_what_is_wrong_with_the_store_is_not_said_of_an_object(code: str, status: int, kind: type[DomainError]) -> None:
    assert type(meant(code, status)) is kind
