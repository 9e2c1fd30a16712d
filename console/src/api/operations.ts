/** Long work: what it is doing, and cancelling it. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";
import { maySendAgain } from "./problems";

export type Operation = Schemas["OperationView"];
export type OperationState = Schemas["OperationState"];

export function hasEnded(operation: Operation): boolean {
  return operation.state !== "queued" && operation.state !== "running";
}

export function readOperation(id: string): Promise<Operation> {
  return reply(api.GET("/api/v1/operations/{operation_id}", { params: { path: { operation_id: id } } }));
}

const POLL_MS = 300;

/** Waits until it has ended, however it does. While the gateway is away, it is asked again. */
export async function endOf(operation: Operation): Promise<Operation> {
  let present = operation;
  while (!hasEnded(present)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      present = await readOperation(present.id);
    } catch (error) {
      if (!maySendAgain(error)) throw error;
    }
  }
  return present;
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
      reply(
        api.GET("/api/v1/operations", { params: { query: { sort: "-added", ...(state ? { state } : {}), ...at } } }),
      ),
    ),
    refetchInterval: 2_000,
  };
}
