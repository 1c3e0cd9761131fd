// Every event of every contract of a deployment has a handler, or a reason why not.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DEPLOYED_CONTRACTS } from "@tributary/protocol/deployment";
import { expect } from "chai";
import { ABIS } from "../launcher/abis.ts";
import { LEFT_OUT, LEFT_OUT_CONTRACTS } from "./support/left-out-events.ts";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
/** Made by factories, so they have no address in the deployment. */
const CLONES = ["RoyaltyShares"];

describe("events", () => {
  const handled = readdirSync(SOURCES)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(SOURCES + name, "utf8").matchAll(/ponder\.on\("(\w+:\w+)"/g)])
    .map(([, event]) => event!);
  const told = Object.entries(ABIS).flatMap(([contract, abi]) =>
    abi.filter(({ type }) => type === "event").map((item) => `${contract}:${(item as { name: string }).name}`),
  );

  it("of every contract are folded, or left out for a reason", () => {
    expect([...handled, ...Object.keys(LEFT_OUT)].sort()).to.deep.equal(told.sort());
  });

  it("are of all contracts of a deployment but those that are left out for a reason", () => {
    const known = [...Object.keys(ABIS), ...Object.keys(LEFT_OUT_CONTRACTS)];
    expect(known.sort()).to.deep.equal([...DEPLOYED_CONTRACTS, ...CLONES].sort());
  });
});
