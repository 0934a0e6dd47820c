/** What every host offers: the command table, and a second window for signing. */
export interface Host {
  /** Carries out one command; rejects with {@link HostRefused} or {@link HostUnreachable}. */
  call(command: string, request: unknown): Promise<unknown>;
  /** Opens the window that shows what is signed. `null`: the host kept it from opening. */
  openSign(request: string): Promise<SignWindow | null>;
  /** Closes the window this page runs in. */
  closeWindow(): Promise<void>;
  /** Tells where a file that the page offered was saved; `null`: it could not be. A browser says so itself. */
  onSaved(tell: (path: string | null) => void): Promise<void>;
}

/** The sign window, as far as the main window can see it. */
export interface SignWindow {
  /** Whether the person closed it. A host that cannot tell answers `false`. */
  closed(): boolean;
  /** Brings it to the front. */
  focus(): void;
}

/** The desk said no; `body` is its refusal as it came over the wire. */
export class HostRefused extends Error {
  constructor(readonly body: unknown) {
    super("refused");
  }
}

/** The host did not answer, or not in its own words. */
export class HostUnreachable extends Error {
  constructor(readonly status: number) {
    super(`host answered ${status}`);
  }
}
