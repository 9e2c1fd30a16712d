"""Who may use each route of every service: written by hand from the contract, so that a new route has to be decided on.

By the policy that the route names. `ROLES` says which roles in a job have the right of a policy about jobs.
"""

from collections.abc import Mapping

ALL = frozenset({"labeler", "reviewer", "manager", "owner", "admin"})
REVIEWERS = ALL - {"labeler"}
MANAGERS = REVIEWERS - {"reviewer"}
OWNERS = MANAGERS - {"manager"}

ROLES: Mapping[str, frozenset[str]] = {
    "job:see": ALL,
    "job:label": ALL,
    "job:create-label": ALL,  # where the job lets labelers create them
    "job:review": REVIEWERS,
    "job:manage-labels": MANAGERS,
    "job:export": MANAGERS,
    "job:predict": MANAGERS,
    "job:manage-annotators": MANAGERS,
    "job:synchronize": MANAGERS,
    "job:settings": MANAGERS,
    "job:acceptance": MANAGERS,
    "job:audit": MANAGERS,
    "job:delete": OWNERS,
}

_TABLE = """
account-may:audit
    GET /audit
account-may:create-datasets
    POST /datasets
    POST /datasets:example
account-may:create-jobs
    POST /jobs
account-may:manage-accounts
    GET /accounts
    POST /accounts
    GET /accounts/{account_id}
    PATCH /accounts/{account_id}
account-may:manage-sources
    POST /sources
    DELETE /sources/{source_id}
    GET /sources/{source_id}
    PATCH /sources/{source_id}
    POST /sources/{source_id}:test
account-may:manage-teams
    POST /teams
account-may:read-mailbox
    GET /mailbox
    GET /mailbox/{letter_id}
dataset:data
    POST /datasets/{dataset_id}/duplicates:merge
    POST /datasets/{dataset_id}/imports
    POST /datasets/{dataset_id}/imports/{import_id}:cancel
    POST /datasets/{dataset_id}/samples:delete
    POST /datasets/{dataset_id}/samples:restore
    POST /datasets/{dataset_id}/uploads
dataset:history
    GET /datasets/{dataset_id}/duplicates
    GET /datasets/{dataset_id}/imports
    GET /datasets/{dataset_id}/imports/{import_id}
    GET /datasets/{dataset_id}/imports/{import_id}/rejected
    GET /datasets/{dataset_id}/samples
    GET /datasets/{dataset_id}/synchronizations
    GET /datasets/{dataset_id}/synchronizations/{synchronization_id}/rejected
dataset:own
    DELETE /datasets/{dataset_id}
    GET /datasets/{dataset_id}
    PATCH /datasets/{dataset_id}
dataset:synchronize
    POST /datasets/{dataset_id}:sync
dataset:versions
    GET /datasets/{dataset_id}/versions
    POST /datasets/{dataset_id}/versions
    DELETE /datasets/{dataset_id}/versions/{name}
    GET /datasets/{dataset_id}/versions/{name}
    GET /datasets/{dataset_id}/versions/{name}/diff/{other}
    GET /datasets/{dataset_id}/versions/{name}/samples
    POST /datasets/{dataset_id}/versions/{name}:export
in-person
    POST /me/api-keys
    POST /me/password
    DELETE /me/sessions
job:acceptance
    GET /jobs/{job_id}/acceptances
    POST /jobs/{job_id}/acceptances
    GET /jobs/{job_id}/acceptances/{acceptance_id}
    GET /jobs/{job_id}/acceptances/{acceptance_id}/items
    POST /jobs/{job_id}/acceptances/{acceptance_id}:finish
    POST /jobs/{job_id}/acceptances/{acceptance_id}:judge
job:audit
    GET /jobs/{job_id}/audit
job:create-label
    POST /jobs/{job_id}/labels
job:delete
    DELETE /jobs/{job_id}
job:export
    GET /jobs/{job_id}/export
job:label
    POST /jobs/{job_id}/annotations
    POST /jobs/{job_id}/changes/{change_id}:undo
    POST /jobs/{job_id}/items:confirm
    POST /jobs/{job_id}/items:next
    POST /jobs/{job_id}/items:reject
    POST /jobs/{job_id}/items:release
job:manage-annotators
    POST /jobs/{job_id}/annotators
    DELETE /jobs/{job_id}/annotators/{annotator_id}
    PATCH /jobs/{job_id}/annotators/{annotator_id}
    POST /jobs/{job_id}/annotators/{annotator_id}:send-email
    POST /jobs/{job_id}/items:assign
job:manage-labels
    DELETE /jobs/{job_id}/labels/{label_id}
    PATCH /jobs/{job_id}/labels/{label_id}
    POST /jobs/{job_id}/labels:merge
    GET /jobs/{job_id}/left-out-labels
    POST /jobs/{job_id}/left-out-labels:bring-in
job:predict
    POST /jobs/{job_id}/predictions
job:review
    GET /jobs/{job_id}/items/{sample_id}/answers
    POST /jobs/{job_id}/items:review
job:see
    GET /jobs/{job_id}
    GET /jobs/{job_id}/annotators
    GET /jobs/{job_id}/changes
    GET /jobs/{job_id}/changes/stream
    GET /jobs/{job_id}/diff
    GET /jobs/{job_id}/items
    GET /jobs/{job_id}/items/{sample_id}
    GET /jobs/{job_id}/labels
    GET /jobs/{job_id}/labels/{label_id}
    GET /jobs/{job_id}/people
    GET /jobs/{job_id}/progress
    GET /jobs/{job_id}/stats
    POST /jobs/{job_id}/stats
job:settings
    PATCH /jobs/{job_id}
    GET /jobs/{job_id}/known-answers
    PUT /jobs/{job_id}/known-answers
    GET /jobs/{job_id}/quality
    POST /jobs/{job_id}:complete
    POST /jobs/{job_id}:reopen
job:synchronize
    POST /jobs/{job_id}:sync
operation:cancel
    POST /operations/{operation_id}:cancel
operation:see
    GET /operations/{operation_id}
own-api-key
    DELETE /me/api-keys/{key_id}
own-session
    DELETE /me/sessions/{session_id}
public
    GET /.well-known/jwks.json
    POST /auth/email-change/{token}
    POST /auth/login
    POST /auth/logout
    GET /auth/oidc/{provider}/callback
    GET /auth/oidc/{provider}/login
    POST /auth/password-reset
    POST /auth/password-reset/{token}
    GET /auth/providers
    POST /auth/refresh
    POST /auth/token
    GET /invitations/{token}
    POST /invitations/{token}:accept
sample:content
    GET /datasets/{dataset_id}/samples/{sample_id}
    GET /datasets/{dataset_id}/samples/{sample_id}/content
    GET /datasets/{dataset_id}/samples/{sample_id}/thumbnail
signed-in
    GET /datasets
    GET /jobs
    GET /me
    PATCH /me
    GET /me/api-keys
    GET /me/preferences
    PATCH /me/preferences
    GET /me/sessions
    GET /operations
    GET /sources
    GET /teams
team:manage
    DELETE /teams/{team_id}
    PATCH /teams/{team_id}
    POST /teams/{team_id}/members
    DELETE /teams/{team_id}/members/{member_id}
    PATCH /teams/{team_id}/members/{member_id}
team:see
    GET /teams/{team_id}
    GET /teams/{team_id}/members
"""


def _read() -> Mapping[str, str]:
    found: dict[str, str] = {}
    policy = ""
    for line in _TABLE.strip().splitlines():
        if line.startswith(" "):
            found[line.strip()] = policy
        else:
            policy = line
    return found


POLICIES = _read()
"""The policy of every route, by its method and its path below `/api/v1`."""
