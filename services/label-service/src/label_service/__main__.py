"""`python -m label_service api | consumers | relay | all | migrate`."""

from label_service.bootstrap import build
from label_service.settings import Settings
from labelstream_common.runtime import main

if __name__ == "__main__":
    main(build, Settings)
