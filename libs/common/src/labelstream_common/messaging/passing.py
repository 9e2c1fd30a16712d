"""Which troubles pass by themselves. Only those are waited out; whatever else goes wrong has to be seen by somebody.

A driver's base error is never asked for: that would turn a mistake of ours, or a document that the database refuses,
into a silent standstill.
"""

from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    BrokerNotAvailableError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConfigurationError,
    KafkaError,
    KafkaTimeoutError,
    KafkaUnavailableError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
    ReplicaNotAvailableError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)

from labelstream_common.errors import DomainError, Kind
from labelstream_common.mongo import is_transient, is_unreachable

_AWAY = (BrokerNotAvailableError, KafkaTimeoutError, KafkaUnavailableError, ReplicaNotAvailableError)
_REFUSALS = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConfigurationError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)


def passes(error: BaseException) -> bool:
    """Whether the same work may succeed later without anybody doing anything: something is away, or was outrun."""
    match error:
        case DomainError():
            return error.kind in (Kind.UNAVAILABLE, Kind.TOO_MANY, Kind.UNKNOWN)
        case KafkaError():
            return error.retriable or isinstance(error, _AWAY)
        case ConnectionError() | TimeoutError():
            return True
    return is_transient(error) or is_unreachable(error)


def mends_itself(error: BaseException) -> bool:
    """Whether building the Kafka client anew may help: all its errors, except those by which the broker refuses us."""
    return passes(error) or (isinstance(error, KafkaError) and not isinstance(error, _REFUSALS))
