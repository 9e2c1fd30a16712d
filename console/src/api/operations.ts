/** Long work: what it is doing, and cancelling it. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";

export type Operation = Schemas["OperationView"];
export type OperationState = Schemas["OperationState"];

export function hasEnded(operation: Operation): boolean {
  return operation.state !== "queued" && operation.state !== "running";
}

export function readOperation(id: string): Promise<Operation> {
  return reply(api.GET("/api/v1/operations/{operation_id}", { params: { path: { operation_id: id } } }));
}

export function operationQuery(id: string) {
  return queryOptions({
    queryKey: ["operations", id],
    queryFn: (): Promise<Operation> => readOperation(id),
    refetchInterval: (query) => (query.state.data && hasEnded(query.state.data) ? false : 400),
  });
}

export function cancelOperation(id: string): Promise<Operation> {
  return reply(api.POST("/api/v1/operations/{operation_id}:cancel", { params: { path: { operation_id: id } } }));
}

/** The newest first: one's own, an administrator's are everybody's. Read again soon while something is under way. */
export function allOperationsQuery(state: OperationState | undefined) {
  return {
    ...pagesQuery(["operations", "list", state ?? null], (at) =>
      reply(api.GET("/api/v1/operations", { params: { query: { ...(state ? { state } : {}), ...at } } })),
    ),
    refetchInterval: 2_000,
  };
}
