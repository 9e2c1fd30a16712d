/** One tab of a browser at a time. Browsers have locks for that, but only where a page came by HTTPS or from this machine;
 * elsewhere the tabs share a lease in the browser's storage. */
import { randomId } from "./ids";

const LEASE_MS = 5_000;
const RENEWED_EVERY_MS = 1_000;
/** Of tabs that take the lease at the same moment, the last one to write has it. */
const SETTLES_IN_MS = 100;

/** Does the work when it is this tab's turn; never, if the signal comes first. */
export async function inTurn<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  try {
    if (navigator.locks) return await navigator.locks.request(name, { signal }, work);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
  return new Lease(`labelstream-turn ${name}`).during(signal, work);
}

export class Lease {
  private readonly me = randomId();

  constructor(private readonly key: string) {}

  async during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    while (!(await this.taken())) {
      if (signal.aborted) return undefined;
      await pause(RENEWED_EVERY_MS);
    }
    if (signal.aborted) {
      this.giveBack();
      return undefined;
    }
    const renewing = setInterval(() => this.write(), RENEWED_EVERY_MS);
    const giveBack = () => this.giveBack();
    globalThis.addEventListener?.("pagehide", giveBack);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      globalThis.removeEventListener?.("pagehide", giveBack);
      this.giveBack();
    }
  }

  private async taken(): Promise<boolean> {
    const holder = this.holder();
    if (holder !== null && holder !== this.me) return false;
    // A browser that keeps nothing: each tab goes by itself.
    if (!this.write()) return true;
    await pause(SETTLES_IN_MS);
    return this.holder() === this.me;
  }

  private holder(): string | null {
    try {
      const [holder = "", until = "0"] = (localStorage.getItem(this.key) ?? "").split(" ");
      return holder !== "" && Number(until) > Date.now() ? holder : null;
    } catch {
      return null;
    }
  }

  private write(): boolean {
    try {
      localStorage.setItem(this.key, `${this.me} ${Date.now() + LEASE_MS}`);
      return true;
    } catch {
      return false;
    }
  }

  private giveBack(): void {
    try {
      if (this.holder() === this.me) localStorage.removeItem(this.key);
    } catch {
      // It ends by itself.
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
