// Verifies opened calls in a thread of its own.
import type { AttributedCall } from "@tributary/protocol/attribution-opening";
import { AskedWorker } from "@tributary/protocol/workers/asked-worker";
import { unverified } from "./refusal.ts";
import type { CallToVerify } from "./verify-thread.ts";

const THREAD = new URL("./verify-thread.ts", import.meta.url);

export class CallVerifier {
  #thread: AskedWorker<CallToVerify, AttributedCall> | undefined;

  /** @throws Refusal 502 with what does not hold */
  async verify(call: CallToVerify): Promise<AttributedCall> {
    if (this.#thread?.hasEnded !== false) this.#thread = new AskedWorker(THREAD, "call");
    const thread = this.#thread;
    try {
      return await thread.ask(call);
    } catch (error) {
      throw unverified((error as Error).message, thread.hasEnded ? "opening_failed" : undefined);
    }
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }
}
