// What the deployment knows of a network.
import type { Finality } from "@tributary/protocol/finality";
import type { Parameters } from "./parameters.ts";

/** Prices under which deposits were chosen. Nothing on a chain says them, and no market does yet: they are assumptions, to be replaced by who deploys. */
export type AssumedPrices = {
  /** What a transaction costs in all, publishing it on Ethereum included, for each unit of its gas; wei. */
  gasPriceWei: bigint;
  /** What one OPEN is worth, wei. */
  openPriceWei: bigint;
};

/** A network that can be deployed to. */
export type Network = {
  /** As given to `--network`. */
  name: string;
  title: string;
  /** Chain ids it may have; anything else is refused. */
  chainIds: readonly number[];
  /** `op-stack`: fees have a part for publishing the transaction on Ethereum. */
  kind: "local" | "ethereum" | "op-stack";
  /** Blocks on top of a transaction before the next step relies on it; at least 1. */
  confirmations: number;
  finality: Finality;
  /** Of public networks: what `demandDeposit` is measured by (answer-cost.ts). */
  prices?: AssumedPrices;
  /** Parameters where nothing else is said. No address of a person or an organisation is among them. */
  parameters: Parameters;
};
