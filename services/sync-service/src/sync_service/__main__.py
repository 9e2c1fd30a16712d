"""`python -m sync_service api | consumers | relay | all | migrate`."""

from labelstream_common.runtime import main
from sync_service.bootstrap import build
from sync_service.settings import Settings

if __name__ == "__main__":
    main(build, Settings)
