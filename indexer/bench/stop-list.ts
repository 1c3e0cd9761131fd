// What a benchmark has started, ended in the reverse order however it ends.

export class StopList {
  readonly #stops: (() => Promise<void> | void)[] = [];
  #isStopping = false;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        void this.stop().finally(() => process.exit(130));
      });
    }
  }

  add(stop: () => Promise<void> | void): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`while tidying up: ${(error as Error).message}\n`);
      }
    }
    this.#stops.length = 0;
    this.#isStopping = false;
  }
}
