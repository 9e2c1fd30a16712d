"""`python -m job_service api | consumers | relay | all | migrate`."""

from job_service.bootstrap import build
from job_service.settings import Settings
from labelstream_common.runtime import main

if __name__ == "__main__":
    main(build, Settings)
