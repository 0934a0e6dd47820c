/** How long typing may rest before it is stored. */
export const AUTOSAVE_DELAY_MS = 300;
/** How long to wait before a change that did not get through is sent again. */
export const AUTOSAVE_RETRY_MS = 2_000;

/** What became of a change that was sent. */
export type Outcome =
  /** It is stored. */
  | "stored"
  /** It was refused for good; what was typed stays on screen with the reason. */
  | "refused"
  /** It did not get through; it stays in the queue. */
  | "unreachable";

/** Sends one change and says what became of it. Must not throw. */
export type Send<Change> = (change: Change) => Promise<Outcome>;

/**
 * Changes on their way to the desk: kept in the order they were typed, one at a time, the newest text per field.
 * Nothing leaves the queue before it was stored or refused.
 */
export class Autosave<Change> {
  private readonly waiting = new Map<string, Change>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | undefined;
  private inFlight: string | undefined;
  private stuck = false;

  constructor(private readonly send: Send<Change>) {}

  /** Takes the newest state of one field. */
  put(key: string, change: Change): void {
    this.waiting.set(key, change);
    this.schedule(AUTOSAVE_DELAY_MS);
  }

  /** Whether this field still waits or is being sent. */
  holds(key: string): boolean {
    return this.waiting.has(key) || this.inFlight === key;
  }

  /** Whether everything is stored. */
  get empty(): boolean {
    return this.waiting.size === 0 && this.inFlight === undefined;
  }

  /** Sends all that waits now. Answers whether everything got through. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.waiting.size > 0 || this.sending) {
      this.sending ??= this.drain().finally(() => {
        this.sending = undefined;
      });
      await this.sending;
      if (this.stuck) return false;
    }
    return true;
  }

  private schedule(delay_ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delay_ms);
  }

  private async drain(): Promise<void> {
    this.stuck = false;
    for (;;) {
      const next = this.waiting.entries().next();
      if (next.done) return;
      const [key, change] = next.value;
      this.waiting.delete(key);
      this.inFlight = key;
      const outcome = await this.send(change);
      this.inFlight = undefined;
      if (outcome !== "unreachable") continue;
      this.stuck = true;
      this.putBack(key, change);
      this.schedule(AUTOSAVE_RETRY_MS);
      return;
    }
  }

  /** Puts a change back at the head, unless the field was typed in again meanwhile. */
  private putBack(key: string, change: Change): void {
    const later = [...this.waiting];
    this.waiting.clear();
    this.waiting.set(key, later.find(([other]) => other === key)?.[1] ?? change);
    for (const [other, value] of later) if (other !== key) this.waiting.set(other, value);
  }
}
