// What the checks of the tables need of the suite that they run in.
import type { Address } from "viem";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import type { Indexer } from "../../launcher/start-indexer.ts";
import type { Row } from "../support/graphql.ts";
import type { Scenario } from "../support/scenario.ts";

export interface Suite {
  chain: Chain;
  scenario: Scenario;
  indexer: Indexer;
  /** All rows of a table. @param table plural */
  rows(table: string, columns: string, orderBy?: string): Promise<Row[]>;
  contract(name: keyof Protocol["addresses"]): Address;
}

export function lower(address: Address): string {
  return address.toLowerCase();
}

/** A struct as the indexer shows it: integers that JavaScript cannot hold, as strings. */
export function asRow(struct: Record<string, unknown>): Row {
  const entries = Object.entries(struct).map(([name, value]) => [
    name,
    typeof value === "bigint" ? String(value) : value,
  ]);
  return Object.fromEntries(entries) as Row;
}
