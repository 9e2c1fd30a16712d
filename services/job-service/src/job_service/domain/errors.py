"""What job-service refuses.

DomainError
├── Invalid
│   ├── InvalidJob          name or description break their rule
│   ├── InvalidLabelSet     the labels that a job is to start with break theirs
│   ├── TooManyLabels       more than a job may have
│   ├── InvalidAnnotators   those that a job names are too many, or break their rule
│   └── InvalidOwner        an account that may not create jobs cannot own one
├── NotFound
│   ├── JobNotFound         not there, deleted, or not the caller's to know of (labelstream_common.access)
│   ├── DatasetNotFound     not there, or neither the caller's own nor an administrator asks
│   ├── TeamNotFound        not there, or the caller does not see it
│   ├── MemberNotFound      not there, or of a team that the caller does not see
│   └── AccountNotFound     there is no such account
└── Conflict
    └── JobStateConflict    the job's state does not allow the step
"""

from labelstream_common.errors import Conflict, Invalid, NotFound


class InvalidJob(Invalid):
    code = "invalid-job"
    title = "The job's settings are invalid"


class InvalidLabelSet(Invalid):
    code = "invalid-label-set"
    title = "The label set is invalid"


class TooManyLabels(Invalid):
    code = "too-many-labels"
    title = "Too many labels"


class InvalidAnnotators(Invalid):
    code = "invalid-annotators"
    title = "The annotators are invalid"


class InvalidOwner(Invalid):
    code = "invalid-owner"
    title = "The account cannot own a job"

    def __init__(self) -> None:
        super().__init__("The new owner must be an account that can create jobs.", pointer="/owner_id")


class TeamNotFound(NotFound):
    code = "team-not-found"
    title = "Team not found"

    def __init__(self, team_id: str) -> None:
        detail = "There is no such team, or you are not one of its members."
        super().__init__(detail, pointer="/team/team_id", team_id=team_id)


class MemberNotFound(NotFound):
    code = "member-not-found"
    title = "Member not found"

    def __init__(self, member_id: str, place: int) -> None:
        detail = "There is no such team member, or you cannot see the team."
        super().__init__(detail, pointer=f"/team/annotators/{place}/member_id", member_id=member_id)


class AccountNotFound(NotFound):
    code = "account-not-found"
    title = "Account not found"

    def __init__(self, account_id: str) -> None:
        super().__init__("There is no such account.", pointer="/owner_id", account_id=account_id)


class DatasetNotFound(NotFound):
    code = "dataset-not-found"
    title = "Dataset not found"

    def __init__(self, dataset_id: str) -> None:
        super().__init__(
            "There is no such dataset, or it does not belong to you.", pointer="/dataset_id", dataset_id=dataset_id
        )


class JobStateConflict(Conflict):
    code = "job-state"
    title = "The job's state does not allow this"

    def __init__(self, detail: str, *, state: str) -> None:
        super().__init__(detail, state=state)
