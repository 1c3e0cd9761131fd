// What anybody may ask of channels and receipts.
import type { Hex } from "viem";
import type { Entry } from "../receipts/entry.ts";

/** JSON; amounts are decimal strings in base units. */
export type ChannelView = Readonly<Record<string, unknown>>;

export interface Views {
  channel(id: Hex): Promise<ChannelView | undefined>;
  receipt(id: Hex): Promise<Entry | undefined>;
}
