// The libraries of the formats behind a harness, and the vectors that both languages read.
import { readFileSync } from "node:fs";
import { ethers } from "./network.ts";

export async function formatsHarness() {
  return ethers.deployContract("FormatsHarness");
}

export type Vector<Input, Output> = { name: string; input: Input; output: Output };

/** Cases of `docs/vectors/<name>.json`. */
export function vectors<Input, Output>(name: string): Vector<Input, Output>[] {
  const file = new URL(`../../docs/vectors/${name}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Vector<Input, Output>[] };
  if (cases.length === 0) throw new Error(`${file.pathname} has no cases`);
  return cases;
}
