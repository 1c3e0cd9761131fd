// The check of a receipt that the viewer holds: by the gateway's signature and the salted hashes of both texts.
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { receiptProof } from "@tributary/protocol/receipt-proof";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { type Receipt, receiptHash, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { expect } from "chai";
import { type Abi, type Address, hashTypedData, type Hex, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { checkReceipt, type KeptAnswer } from "./check-receipt.ts";
import { changesOf } from "./testing/changes.ts";
import { ADDRESSES, CHAIN_ID, toldChain } from "./testing/told-chain.ts";

const SALT: Hex = `0x${"5a".repeat(32)}`;
const CONTRACT: Address = "0x00000000000000000000000000000000000000cc";

describe("the check of a receipt that the viewer holds", () => {
  const gateway = privateKeyToAccount(localPrivateKey(3));
  const texts = { prompt: "What is the river?", answer: "A river is what it carries." };
  const receipt: Receipt = {
    ...vectorEpoch().calls[0]!.receipt,
    requestHash: saltedHash(SALT, texts.prompt),
    responseHash: saltedHash(SALT, texts.answer),
  };
  const id = receiptHash(receipt);
  let kept: KeptAnswer;

  before(async () => {
    const signature = await gateway.signTypedData(receiptTypedData(receipt, CHAIN_ID));
    kept = { ...receiptProof({ id, receipt, signature, salt: SALT }), ...texts };
  });

  function chainWith({ isTill = true, by = gateway.address as Address, magic = "0xffffffff" as Hex } = {}) {
    return toldChain({
      [ADDRESSES.TillFactory]: { abi: tillFactoryAbi as Abi, answers: { isTill: () => isTill } },
      [receipt.till.toLowerCase()]: {
        abi: modelTillAbi as Abi,
        answers: { gateway: () => by, receiptDigest: () => hashTypedData(receiptTypedData(receipt, CHAIN_ID)) },
      },
      [CONTRACT]: {
        abi: parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]),
        answers: { isValidSignature: () => magic },
      },
    });
  }

  it("attests what the gateway signed, with and without the texts", async () => {
    const { status, found, attested } = await checkReceipt(chainWith(), id, kept);
    expect(status).to.equal("attested");
    expect(found!.gateway).to.equal(gateway.address);
    expect(attested[0]!.by).to.include("the gateway");
    const { prompt: _, answer: __, ...bare } = kept;
    expect((await checkReceipt(chainWith(), id, bare)).status).to.equal("attested");
  });

  it("takes the word of a gateway that is a contract", async () => {
    const by = CONTRACT;
    expect((await checkReceipt(chainWith({ by, magic: "0x1626ba7e" }), id, kept)).status).to.equal("attested");
    expect((await checkReceipt(chainWith({ by }), id, kept)).status).to.equal("refused");
  });

  it("refuses any change of receipt, salt, signature or texts, a foreign till and a foreign gateway", async () => {
    for (const [path, changed] of changesOf(kept))
      expect((await checkReceipt(chainWith(), id, changed as KeptAnswer)).status, path).to.equal("refused");
    expect((await checkReceipt(chainWith({ isTill: false }), id, kept)).status).to.equal("refused");
    const stranger = privateKeyToAccount(localPrivateKey(4)).address;
    expect((await checkReceipt(chainWith({ by: stranger }), id, kept)).status).to.equal("refused");
    expect((await checkReceipt(chainWith(), SALT, kept)).status).to.equal("refused");
  });
});
