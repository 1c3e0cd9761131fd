// A call that was paid, as the gateway keeps it.
import type { Hex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";

/** What the upstream says it retrieved for an answer: evidence as it was told, which nobody checks. */
export interface Citation {
  /** Where the text is from, as a name or an address. */
  readonly source: string;
  /** What was retrieved of it. */
  readonly excerpt: string;
}

/** What was asked and answered. Both texts are hashed in the receipt under the call's salt (docs/gateway.md, what a receipt covers), and never published. */
export interface Exchange {
  readonly prompt: string;
  readonly answer: string;
  /** As the upstream counted them. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Where the upstream's answer has them. */
  readonly citations?: readonly Citation[];
}

export interface Entry {
  /** The receipt's struct hash, by which a call is found. */
  readonly id: Hex;
  readonly receipt: Receipt;
  /** The gateway's, over the receipt's typed data. */
  readonly signature: Hex;
  readonly salt: Hex;
  /** Undefined once its retention is over. */
  readonly exchange: Exchange | undefined;
  /** Of its till, on chain; undefined while it is in none. */
  readonly settlement: bigint | undefined;
}
