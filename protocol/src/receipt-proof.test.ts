// A receipt's proof holds as it is, and each change of it, or of what the payer knows, is told.
import { expect } from "chai";
import { type Hex, toHex, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { readReceiptProof, type ReceiptExpectation, receiptProof, verifyReceipt } from "./receipt-proof.ts";
import { saltedHash } from "./salted-hash.ts";
import { type Receipt, receiptHash, receiptTypedData } from "./typed-data/receipt.ts";

const gateway = privateKeyToAccount(toHex(7, { size: 32 }));
const salt = toHex(8, { size: 32 });
const expected: ReceiptExpectation = {
  chainId: 31337,
  gateway: gateway.address,
  till: "0x00000000000000000000000000000000000071E1",
  channelId: toHex(9, { size: 32 }),
  prompt: "Wie heißt du?\u0000",
  answer: "👋",
  at: 1_700_000_005,
};
const receipt: Receipt = {
  till: expected.till,
  modelVersion: 3n,
  channelId: expected.channelId,
  sequence: 5n,
  amount: 40n,
  cumulative: 2n ** 127n,
  agentRegistry: zeroAddress,
  agentId: 2n ** 255n,
  requestHash: saltedHash(salt, expected.prompt),
  responseHash: saltedHash(salt, expected.answer),
  issuedAt: 1_700_000_000,
};

async function proofOf(changes: Partial<Receipt> = {}, chainId = 31337) {
  const changed = { ...receipt, ...changes };
  const signature = await gateway.signTypedData(receiptTypedData(changed, chainId));
  return JSON.parse(
    JSON.stringify(receiptProof({ id: receiptHash(changed), receipt: changed, signature, salt })),
  ) as ReturnType<typeof receiptProof>;
}

describe("proof of a receipt", () => {
  it("holds as the gateway gave it, and reads back as it was", async () => {
    const proof = await proofOf();
    const previous = { sequence: 4n, cumulative: 2n ** 127n - 40n };
    expect(await verifyReceipt(proof, { ...expected, previous, most: 40n, signed: 2n ** 127n })).to.deep.equal([]);
    expect(readReceiptProof(proof).receipt).to.deep.equal(receipt);
  });

  it("tells a signature of another key, chain, or receipt", async () => {
    const proof = await proofOf();
    const wrong = "not signed by the gateway";
    expect(await verifyReceipt(proof, { ...expected, gateway: zeroAddress })).to.match(new RegExp(wrong));
    expect(await verifyReceipt(await proofOf({}, 1), expected)).to.match(new RegExp(wrong));
    expect(await verifyReceipt(await proofOf({}, 1), { ...expected, chainId: 1 })).to.deep.equal([]);
    expect(await verifyReceipt(proof, { ...expected, chainId: 1 })).to.match(new RegExp(wrong));
    const raised = { ...proof, receipt: { ...proof.receipt, amount: "41" } };
    expect(await verifyReceipt(raised, expected)).to.deep.include(`it is not signed by the gateway ${gateway.address}`);
    expect(await verifyReceipt(raised, expected)).to.include("its id is not its hash");
  });

  it("tells another request, answer, till, channel or salt", async () => {
    const proof = await proofOf();
    const faultsOf = (changes: Partial<ReceiptExpectation>) => verifyReceipt(proof, { ...expected, ...changes });
    expect(await faultsOf({ prompt: "Wie?" })).to.deep.equal(["it is of another request"]);
    expect(await faultsOf({ answer: "" })).to.deep.equal(["it is of another answer"]);
    expect(await faultsOf({ till: gateway.address })).to.have.length(1);
    expect(await faultsOf({ channelId: salt })).to.have.length(1);
    expect(await verifyReceipt({ ...proof, salt: expected.channelId }, expected)).to.have.length(2);
  });

  it("tells a date at which it could not be demanded, another version, and another agent", async () => {
    const faultsOf = async (issuedAt: number, more: Partial<ReceiptExpectation> = {}) =>
      verifyReceipt(await proofOf({ issuedAt }), { ...expected, ...more });
    const { at } = expected;
    for (const issuedAt of [at - 900, at, at + 900]) expect(await faultsOf(issuedAt)).to.deep.equal([]);
    for (const issuedAt of [0, at - 901, at + 901, 4_000_000_000]) {
      expect(await faultsOf(issuedAt)).to.have.length(1);
      expect((await faultsOf(issuedAt))[0]).to.match(/dated/u);
    }
    expect(await faultsOf(at + 901, { tolerance: 901 })).to.deep.equal([]);
    expect(await faultsOf(at, { at: NaN })).to.have.length(1);
    const { agentRegistry, agentId } = receipt;
    expect(await faultsOf(at, { version: 3n, agent: { agentRegistry, agentId } })).to.deep.equal([]);
    expect(await faultsOf(at, { version: 4n })).to.deep.equal(["it is of version 3, not 4"]);
    expect(await faultsOf(at, { agent: { agentRegistry, agentId: 1n } })).to.have.length(1);
    expect(await faultsOf(at, { agent: { agentRegistry: gateway.address, agentId } })).to.have.length(1);
  });

  it("tells a place in the channel that can't be", async () => {
    const faultsOf = async (changes: Partial<Receipt>, more: Partial<ReceiptExpectation> = {}) =>
      verifyReceipt(await proofOf(changes), { ...expected, ...more });
    expect(await faultsOf({ sequence: 0n })).to.deep.equal(["receipts count from 1"]);
    expect(await faultsOf({ sequence: 1n, cumulative: 41n })).to.have.length(1);
    expect(await faultsOf({ cumulative: 39n })).to.have.length(1);
    expect(await faultsOf({ amount: 0n })).to.have.length(1);
    expect(await faultsOf({}, { most: 39n })).to.have.length(1);
    expect(await faultsOf({}, { signed: 100n })).to.have.length(1);
    expect(await faultsOf({}, { previous: { sequence: 5n, cumulative: 1n } })).to.have.length(1);
    expect(await faultsOf({}, { previous: { sequence: 4n, cumulative: 1n } })).to.have.length(1);
    expect(await faultsOf({}, { previous: { sequence: 2n, cumulative: receipt.cumulative } })).to.have.length(1);
    expect(await faultsOf({}, { previous: { sequence: 2n, cumulative: receipt.cumulative - 41n } })).to.deep.equal([]);
  });

  it("tells a form that is none", async () => {
    const proof = await proofOf();
    const malformed: unknown[] = [
      undefined,
      null,
      5,
      [],
      {},
      { ...proof, salt: "0x12" },
      { ...proof, signature: "0x1" },
    ];
    for (const [name, value] of [
      ["amount", 40],
      ["amount", "0x28"],
      ["sequence", String(2n ** 64n)],
      ["issuedAt", -1],
      ["till", "0x"],
    ] as [string, unknown][])
      malformed.push({ ...proof, receipt: { ...proof.receipt, [name]: value } });
    for (const each of malformed) expect(await verifyReceipt(each, expected)).to.have.length(1);
    expect(await verifyReceipt({ ...proof, signature: "0x" as Hex }, expected)).to.have.length(1);
  });
});
