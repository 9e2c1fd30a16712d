"""`python -m team_service api | consumers | relay | all | migrate | rotate-keys`."""

import asyncio
import sys

from labelstream_common.runtime import main
from team_service.bootstrap import build, rotate_keys
from team_service.settings import Settings

if __name__ == "__main__":
    if sys.argv[1:2] == ["rotate-keys"]:
        asyncio.run(rotate_keys(Settings(), sys.argv[2:]))
    else:
        main(build, Settings)
