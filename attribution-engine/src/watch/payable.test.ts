// Tests of which demands are paid for: those of proposals first, those of inputs only by what a proposal's demands leave.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { GROUP, INDEX, type Kind, RECEIPT } from "@tributary/protocol/kinds";
import { expect } from "chai";
import {
  type Abi,
  type Address,
  decodeFunctionData,
  encodeFunctionResult,
  erc20Abi,
  type Hex,
  numberToHex,
} from "viem";
import type { Duty } from "./duty.ts";
import { payableDuties } from "./payable.ts";
import { Report } from "./report.ts";
import { reserveOf } from "./spending.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { scriptedNode } from "./test/scripted-node.ts";

const [CONTRACT, OWNER] = [1, 2].map((n) => numberToHex(n, { size: 20 })) as [Address, Address];
const DEPOSIT = 50n;
/** Sixteen deposits, and fourteen that are double. */
const RESERVE = 44n * DEPOSIT;
const ABI = [...demandsAbi, ...erc20Abi] as Abi;

/** What an account can have done. @param made demands of each commit so far */
async function paid(duties: readonly Duty[], balance: bigint, { made = 0, allowed = 2n ** 128n } = {}) {
  const answers: Record<string, unknown> = {
    parameters: { answerSeconds: 20, reactionSeconds: 10, deposit: DEPOSIT },
    balanceOf: balance,
    demandsOf: made,
    allowance: allowed,
  };
  const reader = scriptedNode({
    eth_call: ([{ data }]: [{ data: Hex }]) => {
      const { functionName } = decodeFunctionData({ abi: ABI, data });
      return encodeFunctionResult({ abi: ABI, functionName, result: answers[functionName] });
    },
  });
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line));
  const contracts = ledgerAt(CONTRACT);
  const found = await payableDuties(reader, contracts, OWNER, duties, report);
  return { says: found.map(({ says }) => says), lines, withheld: report.inputs.withheldOf(contracts.ledger) };
}

function demands({ name, tag }: Kind, id: number, count: number): Duty[] {
  return Array.from({ length: count }, (_, n) => {
    const says = `${name} ${id}: ${n}`;
    return { kind: "demand", key: says, to: CONTRACT, data: "0x", says, deposit: { kind: tag, id: `${id}`, sub: 0 } };
  });
}

const proof: Duty = { kind: "proof", key: "proof", to: CONTRACT, data: "0x", says: "proof" };

describe("payableDuties", () => {
  it("keeps what thirty demands of one proposal take, by the deposit of the contract", () => {
    expect(reserveOf(DEPOSIT)).to.equal(RESERVE);
  });

  it("pays for demands of inputs with what is not kept, and says once that it does not pay for others", async () => {
    const wanted = [...demands(INDEX, 1, 4), ...demands(RECEIPT, 2, 4), proof];
    const { says, lines, withheld } = await paid(wanted, RESERVE + 5n * DEPOSIT);
    expect(says).to.deep.equal(["proof", ...["index 1: 0", "index 1: 1", "index 1: 2", "index 1: 3", "receipt 2: 0"]]);
    expect(withheld).to.equal(3);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include("are kept for the demands of a proposal");
  });

  it("pays for no demand of an input where less is there, and for those of a proposal until nothing is left", async () => {
    const wanted = [...demands(INDEX, 1, 4), ...demands(GROUP, 3, 4)];
    const poor = await paid(wanted, RESERVE - 1n);
    expect(poor.says).to.deep.equal(["group 3: 0", "group 3: 1", "group 3: 2", "group 3: 3"]);
    expect(poor.withheld).to.equal(4);
    const poorer = await paid(wanted, 2n * DEPOSIT);
    expect(poorer.says).to.deep.equal(["group 3: 0", "group 3: 1"]);
    expect(poorer.lines[0]).to.include("enough for 2 of 4 demands");
  });

  it("counts what the demands of a proposal take before those of inputs, whichever is named first", async () => {
    const wanted = [...demands(INDEX, 1, 2), ...demands(GROUP, 3, 1)];
    const { says } = await paid(wanted, RESERVE + 2n * DEPOSIT);
    expect(says).to.deep.equal(["group 3: 0", "index 1: 0"]);
  });

  it("pays doubled deposits, and asks for the allowance first", async () => {
    const wanted = demands(INDEX, 1, 4);
    const { says, withheld } = await paid(wanted, RESERVE + 7n * DEPOSIT, { made: 15 });
    expect(says).to.deep.equal(["index 1: 0", "index 1: 1", "index 1: 2", "index 1: 3"]);
    expect(withheld).to.equal(0);
    expect((await paid(wanted, RESERVE + 6n * DEPOSIT, { made: 15 })).withheld).to.equal(1);
    const first = await paid(wanted, RESERVE + 4n * DEPOSIT, { allowed: 0n });
    expect(first.says).to.have.length(1);
    expect(first.says[0]).to.include("allow");
  });
});
