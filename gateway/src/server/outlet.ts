// The body of an answer that is sent while it is made, no faster than its reader takes it.

/** Bytes that may wait for the reader. */
const WAITING = 64 * 1024;

/** The reader is gone, or too slow for the call's time. */
export class ReaderGone extends Error {}

export class Outlet {
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves with the first write. */
  readonly started: Promise<void>;
  readonly #encoder = new TextEncoder();
  readonly #onGone: () => void;
  #start!: () => void;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isGone = false;
  #isStarted = false;
  #interruption: Error | undefined;
  #isWaiting = false;
  #resume: (() => void) | undefined;

  /** @param onGone called once if the reader goes before the end */
  constructor(onGone: () => void) {
    this.#onGone = onGone;
    this.started = new Promise((resolve) => (this.#start = resolve));
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#resume?.();
        },
        cancel: () => {
          this.abandon();
        },
      },
      { highWaterMark: WAITING, size: (part) => part.byteLength },
    );
  }

  /** Whether nothing more can be sent. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether anything was sent. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Whether the next part waits for the reader. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** @throws ReaderGone if nothing was sent of this */
  send(text: string): void {
    this.#check();
    this.#controller.enqueue(this.#encoder.encode(text));
    this.#isStarted = true;
    this.#start();
  }

  /** Resolves when the reader has taken enough for the next part. @throws ReaderGone, or what interrupted it */
  async ready(): Promise<void> {
    while (this.#controller.desiredSize !== null && this.#controller.desiredSize <= 0) {
      if (this.#interruption !== undefined) throw this.#interruption;
      this.#check();
      this.#isWaiting = true;
      await new Promise<void>((resolve) => (this.#resume = resolve));
      this.#isWaiting = false;
    }
    this.#check();
  }

  /** Ends the waiting for a slow reader; what is sent next still reaches it. */
  interrupt(reason: Error): void {
    this.#interruption = reason;
    this.#resume?.();
  }

  /** Nothing more can be sent. */
  abandon(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#resume?.();
    this.#onGone();
  }

  /** Ends the answer as one that is not complete. */
  breakOff(reason: unknown): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#controller.error(reason);
  }

  close(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#controller.close();
  }

  #check(): void {
    if (this.#isGone) throw new ReaderGone("the reader is gone");
  }
}
