"""Jobs of a team: who works in them, and what each has."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.integration.label.workplace import NOW, Job, Somebody, Workplace
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_contracts import AccountCreated, AccountDisabled, Actor, JobTeam, JobUpdated, MemberRemoved
from labelstream_contracts.events import MemberAdded, MemberRole, MemberRoleChanged


@dataclass
class TeamJob:
    """A job, and those who were added to it."""

    workplace: Workplace
    job: Job
    settings: JobTeam
    version: int = 1
    members: dict[str, MemberAdded] = field(default_factory=dict)

    async def joins(self, role: MemberRole = "labeler") -> Somebody:
        person = self.workplace.sign_in("annotator")
        added = MemberAdded(
            scope="job",
            job_id=self.job.id,
            member_id=new_id(),
            account_id=person.id,
            email="somebody@example.com",
            name="Somebody",
            role=role,
            state="active",
            version=1,
            actor=Actor(kind="person", id=self.job.owner.id),
        )
        self.members[person.id] = added
        account = AccountCreated(
            account_id=person.id, email="a@example.com", name="A", role="annotator", disabled=False, version=1
        )
        await self.workplace.publish(account, added)

        async def in_it() -> None:
            assert (await person.at(self.job).call("GET", "labels")).status_code == 200

        await eventually(in_it)
        return person

    async def leaves(self, person: Somebody) -> None:
        added = self.members[person.id]
        await self.workplace.publish(MemberRemoved(**{**added.model_dump(), "state": "removed", "version": 2}))

    async def becomes(self, person: Somebody, role: MemberRole) -> None:
        added = self.members[person.id]
        await self.workplace.publish(MemberRoleChanged(**{**added.model_dump(), "role": role, "version": 2}))

    async def is_disabled(self, person: Somebody) -> None:
        await self.workplace.publish(
            AccountDisabled(
                account_id=person.id, email="a@example.com", name="A", role="annotator", disabled=True, version=2
            )
        )

    async def changes(self, **settings: Any) -> None:
        """New settings, as `PATCH team` tells them."""
        self.settings = self.settings.model_copy(update=settings)
        self.version += 1
        job = self.job
        await self.workplace.publish(
            JobUpdated(
                job_id=job.id,
                dataset_id=job.dataset_id,
                name="Job",
                type="image_classification",
                state="active",
                owner_id=job.owner.id,
                is_team=True,
                team=self.settings,
                created_at=NOW(),
                updated_at=NOW(),
                version=self.version,
                actor=Actor(kind="person", id=job.owner.id),
            )
        )

    async def hands(self) -> dict[str, list[str]]:
        """By item, who has it, as its manager sees."""
        return {
            item["sample_id"]: [one["account_id"] for one in item["assignees"]] for item in await self.job.desk.items()
        }

    async def dealt(self, people: Sequence[Somebody], *, each: int = 1, besides: Sequence[str] = ()) -> Counter[str]:
        """Waits until every item but these is dealt to `each` of these people, evenly within one; how many each has."""

        async def evenly() -> Counter[str]:
            hands = {one: held for one, held in (await self.hands()).items() if one not in besides}
            wanted = min(each, len(people))
            assert all(len(set(held)) == len(held) == wanted for held in hands.values()), hands
            counts = Counter(person for held in hands.values() for person in held)
            assert set(counts) <= {person.id for person in people}
            loads = [counts[person.id] for person in people]
            assert not loads or max(loads) - min(loads) <= 1, loads
            return counts

        return await eventually(evenly, within=20)


async def team_job(workplace: Workplace, count: int, **settings: Any) -> TeamJob:
    team = JobTeam(**settings)
    job = await workplace.job(count, labels=["cat", "dog"], is_team=True, team=team)
    return TeamJob(workplace, job, team)
