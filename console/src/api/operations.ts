/** Long work: what it is doing, and cancelling it. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";

export type Operation = Schemas["OperationView"];

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
