// What the gateway that is made to be killed is told, and what it is asked.
import type { Address, Hex } from "viem";
import type { BooksPlace } from "../books/open.ts";

export interface KillServerOptions {
  readonly books: BooksPlace;
  readonly rpcUrl: string;
  readonly operatorKey: Hex;
  readonly gatewayKey: Hex;
  readonly till: Address;
  readonly token: Address;
}

/** What a call asks for: its name, and how much it costs; streams come in parts of 1. */
export interface KillCall {
  readonly name: string;
  readonly amount: number;
  readonly stream: boolean;
}

export const KILL_CEILING = 50n;
