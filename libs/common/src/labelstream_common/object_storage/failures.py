"""From minio-py's and urllib3's errors to ours."""

import re

from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from labelstream_common.errors import DomainError
from labelstream_common.object_storage.errors import (
    BeyondEnd,
    BucketMissing,
    ObjectMissing,
    ObjectRefused,
    StorageDenied,
    StorageUnavailable,
)
from labelstream_common.object_storage.reach import AddressRefused

EXPECTED = (S3Error, ServerError, InvalidResponseError, HTTPError, OSError, ValueError)

_NO_BUCKET = frozenset({"NoSuchBucket", "InvalidBucketName"})
_NO_OBJECT = frozenset({"NoSuchKey", "NoSuchObject", "ResourceNotFound", "NoSuchVersion", "MethodNotAllowed"})
_WRONG_KEY = frozenset(
    {
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "RequestTimeTooSkewed",
        "AuthorizationHeaderMalformed",
        "ExpiredToken",
        "InvalidToken",
        "NotSignedUp",
    }
)
# rclone sends its errors as text/xml, which minio-py takes for no S3 error at all.
_TOLD_CODE = re.compile(r"<Code>([\w.]+)</Code>")
# Of the refusals by status 4xx, those that say nothing about the object: the same request may work a moment later.
_PASSING = frozenset(
    {
        "BadDigest",
        "ConditionalRequestConflict",
        "IncompleteBody",
        "OperationAborted",
        "RequestTimeout",
        "SlowDown",
        "Throttling",
        "TooManyRequests",
        "XAmzContentSHA256Mismatch",
    }
)
_ABOUT_THE_OBJECT = frozenset({400, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 417, 422})
_BEYOND_END = 416
_ARCHIVED = "InvalidObjectState"
_FOREIGN = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem", "PermanentRedirect"})


def storage_error(error: Exception, bucket: str, key: str = "") -> DomainError | None:
    """Our error for one of minio-py's; None if it is a mistake of ours and should be seen as it is."""
    if isinstance(error, S3Error):
        return _of_code(error.code or "", error.response.status, bucket, key)
    if isinstance(error, InvalidResponseError) and (told := _TOLD_CODE.search(str(error))):
        return _of_code(told[1], error._code, bucket, key)
    if isinstance(error, ValueError) and not isinstance(error, ServerError | InvalidResponseError):
        # minio-py checks names before it calls; a name that cannot be is one that is not there.
        text = str(error)
        if "bucket name" in text:
            return BucketMissing(bucket)
        return ObjectMissing(bucket, key) if "object name" in text else None
    if isinstance(error, ServerError | InvalidResponseError | HTTPError | OSError):
        return StorageUnavailable("The object store does not answer at the moment.", retry_after=2.0)
    return None


def explained(error: DomainError) -> str:
    """What went wrong, as a sentence that whoever entered the store's address and key can act on."""
    if isinstance(error, AddressRefused):
        return error.explained
    if not isinstance(error, StorageUnavailable):
        return error.detail
    cause: BaseException | None = error.__cause__
    if isinstance(cause, MaxRetryError) and cause.reason is not None:
        cause = cause.reason
    for kind, sentence in _EXPLAINED.items():
        if isinstance(cause, kind):
            return sentence
    if isinstance(cause, ServerError | InvalidResponseError) or (
        isinstance(cause, S3Error) and cause.code in {"PermanentRedirect", "Redirect", "TemporaryRedirect"}
    ):
        return f"The endpoint does not answer as an S3 object store does{_status(cause)}. Check its address."
    return error.detail


def _status(cause: BaseException) -> str:
    told = re.search(r"\b([2345]\d\d)\b", str(cause))
    return f" (status {told[1]})" if told else ""


# The most special first: urllib3's errors derive from each other.
_EXPLAINED: dict[type[Exception], str] = {
    NameResolutionError: "The endpoint's host name cannot be resolved. Check its spelling.",
    NewConnectionError: "The endpoint refuses the connection. Check its address and port.",
    ConnectTimeoutError: "The endpoint does not answer in time. Check its address and port, and firewalls between.",
    SSLError: "The endpoint's certificate is not trusted, or it speaks no TLS. Check https:// and the certificate.",
    ReadTimeoutError: "The endpoint was connected to, but does not answer in time.",
}


def _of_code(code: str, status: int, bucket: str, key: str) -> DomainError:
    if code in _NO_BUCKET:
        return BucketMissing(bucket)
    if code in _NO_OBJECT:
        return ObjectMissing(bucket, key)
    if code in _WRONG_KEY:
        return StorageUnavailable(f"The object store refuses the access key or its secret ({code}).", retry_after=30.0)
    if code in _FOREIGN:
        return StorageDenied(bucket)
    if key and code not in _PASSING and (status in _ABOUT_THE_OBJECT or code == _ARCHIVED):
        return BeyondEnd(key, code) if status == _BEYOND_END else ObjectRefused(key, code)
    return StorageUnavailable(f"The object store answered {code or 'with an error'}.", retry_after=2.0)
