/** Server-sent events out of pieces of text. */

export interface ServerEvent {
  id: string | null;
  data: string;
}

export class EventParser {
  private rest = "";
  private id: string | null = null;
  private data: string[] = [];

  /** The events that are whole now. An event without data still tells its id. */
  push(piece: string): ServerEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.read(line));
  }

  private read(line: string): ServerEvent[] {
    if (line === "") return this.end();
    const [field, value] = split(line);
    if (field === "data") this.data.push(value);
    if (field === "id") this.id = value;
    return [];
  }

  private end(): ServerEvent[] {
    const event = { id: this.id, data: this.data.join("\n") };
    const isThere = this.data.length > 0 || this.id !== null;
    this.id = null;
    this.data = [];
    return isThere ? [event] : [];
  }
}

function split(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}
