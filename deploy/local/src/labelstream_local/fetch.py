"""`python -m labelstream_local.fetch`: bring everything that later starts need, once."""

import sys

from labelstream_local.errors import StartError
from labelstream_local.jars import kafka_jars


def main() -> int:
    try:
        jars = kafka_jars()
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"Kafka: {len(jars)} jars in {jars[0].parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
