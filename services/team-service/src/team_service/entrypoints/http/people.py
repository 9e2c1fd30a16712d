"""The people of a job by name."""

from labelstream_common.access import JobRight
from labelstream_common.http import PageView, Router, View, page_reply, policies
from team_service.application.membership import note_that_they_came
from team_service.application.people import PersonInJob, list_people
from team_service.domain.members import Scope
from team_service.entrypoints.http.parameters import ThePorts, TheViewer, Wish

router = Router(tags=["annotators"])


class PersonView(View):
    """`id` is the account's, as in `by` and `labeled_by`. `active` is false for people who were removed."""

    id: str
    name: str
    role: str
    active: bool


def _view(person: PersonInJob) -> PersonView:
    return PersonView.model_validate(person)


@router.get("/jobs/{job_id}/people", policy=policies.job(JobRight.SEE))
async def get_people(job_id: str, ports: ThePorts, viewer: TheViewer, wish: Wish) -> PageView[PersonView]:
    """Who works or has worked in the job: the owner, then the annotators who have come. Everybody in the job sees the
    names."""
    await note_that_they_came(Scope.job(job_id), viewer.account_id, ports=ports)
    return page_reply(await list_people(job_id, wish, ports=ports), _view)
