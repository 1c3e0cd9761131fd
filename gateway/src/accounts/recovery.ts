// Finds out who signed: what is asked in one turn of the event loop together in a thread of its own; what is asked alone at once, since the way to the thread and back would take as long again.
import type { Address } from "viem";
import { AskedWorker } from "@tributary/protocol/workers/asked-worker";
import { recoverSigner } from "./fast-signatures.ts";
import type { RecoveryOrder, RecoveryResult } from "./recovery-worker.ts";

type Waiting = RecoveryOrder[number] & {
  readonly resolve: (signer: Address | undefined) => void;
  readonly reject: (error: unknown) => void;
};

export class Recovery {
  readonly #worker = new AskedWorker<RecoveryOrder, RecoveryResult>(
    new URL("./recovery-worker.ts", import.meta.url),
    "recovery of signers",
  );
  #waiting: Waiting[] = [];

  /** As `recoverSigner`. */
  signer(digest: Uint8Array, signature: string): Promise<Address | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#send());
      this.#waiting.push({ digest, signature, resolve, reject });
    });
  }

  close(): Promise<void> {
    return this.#worker.terminate();
  }

  async #send(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 1) {
      const [{ digest, signature, resolve }] = waiting as [Waiting];
      resolve(recoverSigner(digest, signature));
      return;
    }
    try {
      const signers = await this.#worker.ask(waiting.map(({ digest, signature }) => ({ digest, signature })));
      waiting.forEach(({ resolve }, index) => resolve(signers[index]));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
