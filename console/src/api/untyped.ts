/** Replies that the gateway's OpenAPI document does not describe yet. */

export interface GivenView {
  label_id: string;
  name: string;
  by: string;
  at: string;
  source: "person" | "import" | "model" | "consensus";
  confidence: number | null;
  model?: string | null;
}

export interface ItemView {
  sample_id: string;
  path: string;
  name: string;
  status: "unlabeled" | "labeled" | "to_confirm";
  labels: GivenView[];
  hard: boolean;
  version: number;
  thumbnail_url: string;
  content_url: string;
}

export interface ItemStateView {
  labels: GivenView[];
  status: ItemView["status"];
  hard: boolean;
}

export interface ChangeView {
  seq: number;
  change_id: string;
  at: string;
  actor: { kind: "person" | "import" | "model" | "system"; id: string };
  version: number;
  before: ItemStateView | null;
  after: ItemStateView | null;
  cause: string;
}
