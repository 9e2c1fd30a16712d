/** Members: of a team, and of a job, where they are its annotators. */
import { type QueryKey, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";

export type Member = Schemas["MemberView"];
/** A member of a job, with what became of the last e-mail to them. */
export type Annotator = Schemas["AnnotatorView"];
export type MemberRole = Schemas["MemberRole"];
export type NewMember = Schemas["NewMember"];
export type NewAnnotator = Schemas["NewAnnotator"];

export const ROLES = ["labeler", "reviewer", "manager"] as const satisfies readonly MemberRole[];
const STATES_CHANGE_MS = 5_000;

export const annotatorsKey = (jobId: string) => ["jobs", jobId, "annotators"] as const;
export const membersKey = (teamId: string) => ["teams", teamId, "members"] as const;

export function annotatorsQuery(jobId: string) {
  return {
    ...pagesQuery(annotatorsKey(jobId), (at) =>
      reply(api.GET("/api/v1/jobs/{job_id}/annotators", { params: { path: { job_id: jobId }, query: at } })),
    ),
    refetchInterval: STATES_CHANGE_MS,
  };
}

/** Everybody who was taken out of a job. */
export function removedAnnotatorsQuery(jobId: string) {
  return queryOptions({
    queryKey: [...annotatorsKey(jobId), "removed"],
    queryFn: () => annotatorsOf(jobId, true),
  });
}

export function membersQuery(teamId: string) {
  return {
    ...pagesQuery(membersKey(teamId), (at) =>
      reply(api.GET("/api/v1/teams/{team_id}/members", { params: { path: { team_id: teamId }, query: at } })),
    ),
    refetchInterval: STATES_CHANGE_MS,
  };
}

/** Everybody who is or was an annotator of a job. */
export function everyAnnotatorQuery(jobId: string) {
  return queryOptions({
    queryKey: [...annotatorsKey(jobId), "every"],
    queryFn: async (): Promise<Member[]> =>
      (await Promise.all([false, true].map((removed) => annotatorsOf(jobId, removed)))).flat(),
  });
}

function annotatorsOf(jobId: string, removed: boolean): Promise<Annotator[]> {
  return everything((cursor, limit) =>
    reply(
      api.GET("/api/v1/jobs/{job_id}/annotators", {
        params: { path: { job_id: jobId }, query: { removed, limit, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
}

/** The whole team, to choose from. */
export function allMembersQuery(teamId: string) {
  return queryOptions({
    queryKey: [...membersKey(teamId), "all"],
    queryFn: (): Promise<Member[]> =>
      everything((cursor, limit) =>
        reply(
          api.GET("/api/v1/teams/{team_id}/members", {
            params: { path: { team_id: teamId }, query: { limit, ...(cursor ? { cursor } : {}) } },
          }),
        ),
      ),
  });
}

function useChange<T, R>(key: QueryKey, mutationFn: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: key }) });
}

export function useAddAnnotator(jobId: string) {
  return useChange(annotatorsKey(jobId), (body: NewAnnotator) =>
    reply(api.POST("/api/v1/jobs/{job_id}/annotators", { params: { path: { job_id: jobId } }, body })),
  );
}

const annotatorPath = (jobId: string, id: string) => ({ path: { job_id: jobId, annotator_id: id } });

export function useChangeAnnotator(jobId: string) {
  return useChange(annotatorsKey(jobId), ({ id, role }: { id: string; role: MemberRole }) =>
    reply(
      api.PATCH("/api/v1/jobs/{job_id}/annotators/{annotator_id}", {
        params: annotatorPath(jobId, id),
        body: { role },
      }),
    ),
  );
}

export function useRemoveAnnotator(jobId: string) {
  return useChange(annotatorsKey(jobId), (id: string) =>
    reply(api.DELETE("/api/v1/jobs/{job_id}/annotators/{annotator_id}", { params: annotatorPath(jobId, id) })),
  );
}

export function annotatorRemovalQuery(jobId: string, id: string) {
  return queryOptions({
    queryKey: ["removal", "annotators", jobId, id],
    queryFn: () =>
      reply(
        api.DELETE("/api/v1/jobs/{job_id}/annotators/{annotator_id}", {
          params: { ...annotatorPath(jobId, id), query: { dry_run: true } },
        }),
      ) as Promise<Schemas["TeamTouchedView"]>,
    gcTime: 0,
  });
}

export function useSendEmail(jobId: string) {
  return useChange(annotatorsKey(jobId), (id: string) =>
    reply(api.POST("/api/v1/jobs/{job_id}/annotators/{annotator_id}:send-email", { params: annotatorPath(jobId, id) })),
  );
}

export function useAddMember(teamId: string) {
  return useChange(membersKey(teamId), (body: NewMember) =>
    reply(api.POST("/api/v1/teams/{team_id}/members", { params: { path: { team_id: teamId } }, body })),
  );
}

const memberPath = (teamId: string, id: string) => ({ path: { team_id: teamId, member_id: id } });

export function useChangeMember(teamId: string) {
  return useChange(membersKey(teamId), ({ id, ...body }: { id: string; role?: MemberRole; name?: string }) =>
    reply(api.PATCH("/api/v1/teams/{team_id}/members/{member_id}", { params: memberPath(teamId, id), body })),
  );
}

export function useRemoveMember(teamId: string) {
  return useChange(membersKey(teamId), (id: string) =>
    reply(api.DELETE("/api/v1/teams/{team_id}/members/{member_id}", { params: memberPath(teamId, id) })),
  );
}

export function memberRemovalQuery(teamId: string, id: string) {
  return queryOptions({
    queryKey: ["removal", "members", teamId, id],
    queryFn: () =>
      reply(
        api.DELETE("/api/v1/teams/{team_id}/members/{member_id}", {
          params: { ...memberPath(teamId, id), query: { dry_run: true } },
        }),
      ) as Promise<Schemas["TeamTouchedView"]>,
    gcTime: 0,
  });
}
