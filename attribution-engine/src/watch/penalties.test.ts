// Tests of slashes that are refused: a node may lag behind the end of an input.
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { expect } from "chai";
import { numberToHex } from "viem";
import { BundleShelf } from "./bundle-shelf.ts";
import { LogBook } from "./log-book.ts";
import { Penalties } from "./penalties.ts";
import { Report } from "./report.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { loggedEvent } from "./test/logged-event.ts";
import { refusal, scriptedNode } from "./test/scripted-node.ts";

const ADDRESS = numberToHex(1, { size: 20 });
/** `ISettlementProofs.Breach`, one of the gateway's. */
const CONTINUITY = 5;

describe("Penalties", () => {
  it("are tried again for some blocks after they were refused, and no longer", async () => {
    const commit = numberToHex(1, { size: 13 });
    let asked = 0;
    let isRefused = true;
    const reader = scriptedNode({
      eth_getLogs: () => [
        loggedEvent(ADDRESS, settlementProofsAbi, "BreachProven", {
          commit,
          id: 1n,
          breach: CONTINUITY,
          prover: ADDRESS,
        }),
      ],
      eth_call: () => {
        asked++;
        if (isRefused) throw refusal(3, "execution reverted");
        return "0x";
      },
    });
    const logs = new LogBook(reader, [ADDRESS], 0n);
    await logs.refresh(1n);
    const shelf = new BundleShelf([], "/nowhere");
    const lines: string[] = [];
    const source = { reader, contracts: ledgerAt(ADDRESS), logs, shelf, keptPayouts: () => undefined };
    const begin = () => new Penalties(source, new Report((line) => lines.push(line)));
    const found = async (penalties: Penalties, number: bigint): Promise<(string | undefined)[]> =>
      (await penalties.duties([], ADDRESS, { number, timestamp: 1 })).map(({ calls }) => calls);

    const lagging = begin();
    expect(await found(lagging, 10n)).to.deep.equal([]);
    expect(lines).to.have.length(1);
    isRefused = false;
    expect(await found(lagging, 12n)).to.deep.equal(["penalizeGateway"]);

    isRefused = true;
    const refused = begin();
    for (const block of [10n, 74n]) expect(await found(refused, block)).to.deep.equal([]);
    const before = asked;
    isRefused = false;
    expect(await found(refused, 75n)).to.deep.equal([]);
    expect(asked).to.equal(before);
  });
});
