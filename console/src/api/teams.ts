/** Teams: named groups of people from which annotators are picked. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";

export type Team = Schemas["TeamView"];
export type TeamText = Required<Schemas["NewTeam"]>;

export const teamsKey = ["teams"] as const;

export const teamsQuery = pagesQuery([...teamsKey, "list"], (at) =>
  reply(api.GET("/api/v1/teams", { params: { query: at } })),
);

export const allTeamsQuery = queryOptions({
  queryKey: [...teamsKey, "all"],
  queryFn: (): Promise<Team[]> =>
    everything((cursor, limit) =>
      reply(api.GET("/api/v1/teams", { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
    ),
});

export function teamQuery(teamId: string) {
  return queryOptions({
    queryKey: [...teamsKey, teamId],
    queryFn: (): Promise<Team> => reply(api.GET("/api/v1/teams/{team_id}", { params: { path: { team_id: teamId } } })),
  });
}

function useTeamChange<T, R>(mutationFn: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: teamsKey }) });
}

export function useCreateTeam() {
  return useTeamChange((body: TeamText): Promise<Team> => reply(api.POST("/api/v1/teams", { body })));
}

export function useChangeTeam(teamId: string) {
  return useTeamChange(
    (body: Partial<TeamText>): Promise<Team> =>
      reply(api.PATCH("/api/v1/teams/{team_id}", { params: { path: { team_id: teamId } }, body })),
  );
}

/** The lists are read anew; what is gone itself is not asked for again. */
export function useDeleteTeam() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (teamId: string) =>
      reply(api.DELETE("/api/v1/teams/{team_id}", { params: { path: { team_id: teamId } } })),
    onSuccess: () =>
      Promise.all(["list", "all"].map((which) => queries.invalidateQueries({ queryKey: [...teamsKey, which] }))),
  });
}

export function teamDeletionQuery(teamId: string) {
  return queryOptions({
    queryKey: ["removal", "teams", teamId],
    queryFn: () =>
      reply(
        api.DELETE("/api/v1/teams/{team_id}", { params: { path: { team_id: teamId }, query: { dry_run: true } } }),
      ) as Promise<Schemas["TeamTouchedView"]>,
    gcTime: 0,
  });
}
