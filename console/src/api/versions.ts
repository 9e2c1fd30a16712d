/** Versions of a dataset: publishing, comparing, exporting. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import type { Job } from "./jobs";
import type { Operation } from "./operations";
import { pagesQuery } from "./paging";

export type Version = Schemas["VersionView"];
export type NewVersion = Schemas["NewVersion"];
export type VersionExport = Schemas["VersionExport"];
export type ExportFormat = VersionExport["format"];
export type Difference = Schemas["VersionDifferenceView"];

export const versionsKey = ["versions"] as const;

const of = (datasetId: string, name: string) => ({ path: { dataset_id: datasetId, name } });

/** Newest first. */
export function versionsQuery(datasetId: string) {
  return pagesQuery([...versionsKey, datasetId], (at) =>
    reply(
      api.GET("/api/v1/datasets/{dataset_id}/versions", { params: { path: { dataset_id: datasetId }, query: at } }),
    ),
  );
}

export function publishVersion(datasetId: string, body: NewVersion): Promise<Operation> {
  return reply(
    api.POST("/api/v1/datasets/{dataset_id}/versions", { params: { path: { dataset_id: datasetId } }, body }),
  );
}

export function exportVersion(datasetId: string, name: string, body: VersionExport): Promise<Operation> {
  return reply(api.POST("/api/v1/datasets/{dataset_id}/versions/{name}:export", { params: of(datasetId, name), body }));
}

export function useDeleteVersion(datasetId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      reply(api.DELETE("/api/v1/datasets/{dataset_id}/versions/{name}", { params: of(datasetId, name) })),
    // Comparisons of it are not read again.
    onSuccess: () => queries.invalidateQueries({ queryKey: [...versionsKey, datasetId], exact: true }),
  });
}

/** Neither version changes, so what differs is read once. */
export function differencesQuery(datasetId: string, before: string, after: string) {
  return infiniteQueryOptions({
    queryKey: [...versionsKey, datasetId, "diff", before, after],
    queryFn: ({ pageParam }) =>
      reply(
        api.GET("/api/v1/datasets/{dataset_id}/versions/{name}/diff/{other}", {
          params: {
            path: { dataset_id: datasetId, name: before, other: after },
            query: pageParam ? { cursor: pageParam } : {},
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: before !== "" && after !== "" && before !== after,
  });
}

/** The jobs on a dataset whose labels the person may publish. */
export function publishableJobsQuery(datasetId: string) {
  return queryOptions({
    queryKey: [...versionsKey, datasetId, "jobs"],
    queryFn: async (): Promise<Job[]> => {
      const jobs = await everything((cursor, limit) =>
        reply(api.GET("/api/v1/jobs", { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
      );
      return jobs.filter((job) => job.dataset_id === datasetId && job.role !== null && MAY_EXPORT.has(job.role));
    },
  });
}

const MAY_EXPORT: ReadonlySet<string> = new Set(["owner", "manager", "admin"]);
