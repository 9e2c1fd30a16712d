"""Links to store one object with, for exactly so many bytes of one media type (AWS Signature Version 4, in the query).

minio-py signs nothing but the host. Here length and media type are signed too, so that the store refuses other ones.
Format: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult, quote, urlencode, urlunsplit

from minio import Minio

_ALGORITHM = "AWS4-HMAC-SHA256"


def presign_put(
    client: Minio, bucket: str, key: str, headers: Mapping[str, str], *, region: str, lasts: timedelta
) -> str:
    """The link. Whoever uses it must send `headers` (names in lower case) as they are here. Does no I/O."""
    url = client._base_url.build(method="PUT", region=region, bucket_name=bucket, object_name=key)  # as minio-py does
    credentials = client._provider.retrieve() if client._provider else None
    if credentials is None:
        raise ValueError("a link cannot be signed without a key")
    now = datetime.now(UTC)
    scope = f"{now:%Y%m%d}/{region}/s3/aws4_request"
    signed = {"host": url.netloc, **headers}
    names = ";".join(sorted(signed))
    query = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": str(int(lasts.total_seconds())),
        "X-Amz-SignedHeaders": names,
    }
    encoded = urlencode(sorted(query.items()), quote_via=quote, safe="")
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = f"PUT\n{url.path}\n{encoded}\n{lines}\n{names}\nUNSIGNED-PAYLOAD"
    text = f"{_ALGORITHM}\n{query['X-Amz-Date']}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    secret = f"AWS4{credentials.secret_key}".encode()
    for part in (*scope.split("/"), text):
        secret = hmac.digest(secret, part.encode(), "sha256")
    return urlunsplit(SplitResult(url.scheme, url.netloc, url.path, f"{encoded}&X-Amz-Signature={secret.hex()}", ""))
