// Two settlements of a hundred thousand calls each that are wrong everywhere, with sketches that are, on the whole protocol.
import { ZeroAddress, ZeroHash } from "ethers";
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import { type Receipt, receiptHash, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { ethers, loadFixture, time } from "../../test/support/network.ts";
import { attest } from "../../test/support/protocol.ts";
import { writeClaimed } from "../../test/support/written-channels.ts";
import { CALL, grow, type Leaf, LEVELS, modelled, one, sketchOf } from "./fault-stage.ts";
import { FEE, openStakedPool, POOL } from "./stage.ts";

/** A place whose receipt and sketch are malformed. */
const BROKEN = CALL + 2;

const HASH = ethers.id("text") as `0x${string}`;

/** The chain before, and what is shown of it; the prover holds no token yet. */
export async function wrongSettlement() {
  const p = await loadFixture(modelled);
  await openStakedPool(p, p.gateway, POOL.gateway, 0n);
  const till = (await p.till.getAddress()) as `0x${string}`;
  const issuedAt = await time.latest();
  // Of somebody else, and nothing was claimed from it.
  const config = {
    payer: p.alice.address,
    payerAuthorizer: p.alice.address,
    receiver: p.alice.address,
    receiverAuthorizer: p.gateway.address,
    token: await p.token.getAddress(),
    withdrawDelay: 900n,
    salt: ZeroHash,
  };
  const channelId = (await p.channels.getChannelId(config)) as `0x${string}`;
  const receipt = (sequence: bigint): Receipt => ({
    till,
    modelVersion: 1n,
    channelId,
    sequence,
    amount: 10n ** 18n,
    cumulative: sequence * 10n ** 20n,
    agentRegistry: ZeroAddress as `0x${string}`,
    agentId: 0n,
    requestHash: HASH,
    responseHash: HASH,
    issuedAt,
  });
  const leaf = (place: number, settled: Receipt): Leaf => ({
    place,
    sum: settled.amount,
    payload: encodeReceipt(settled),
  });
  // Of another version; the next one does not go on from it.
  const first = { ...receipt(12_345n), modelVersion: 9n };
  const second = receipt(12_346n);
  const broken = leaf(BROKEN, receipt(12_347n));
  broken.payload[broken.payload.length - 1] = 1;
  const leaves = [leaf(CALL, first), leaf(CALL + 1, second), broken];
  const receipts = grow(RECEIPT, LEVELS.receipt, leaves, (h) => (10n ** 14n) << BigInt(h), FEE);
  const sketch = (place: number): Leaf => ({
    place,
    sum: 1n,
    payload: encodeSketch({ receiptHash: new Uint8Array(32), sketch: sketchOf(place) }),
  });
  const brokenSketch = sketch(BROKEN);
  brokenSketch.payload[36]! ^= 1;
  const sketches = grow(SKETCH, LEVELS.receipt, [sketch(CALL + 1), brokenSketch], one);
  const settle = async (): Promise<bigint> => {
    await p.token.transfer(p.till, FEE);
    await p.till.connect(p.gateway).close(1n, receipts.root, one(LEVELS.receipt), ZeroHash);
    return p.ledger.settlementCount();
  };
  const earlier = await settle();
  const settlement = await settle();
  const signatures = await attest(p, settlement, sketches.root.hash, [p.attributorA, p.attributorB]);
  await p.ledger.commitSketches(settlement, sketches.root, ZeroHash, signatures);
  const { chainId } = await ethers.provider.getNetwork();
  const sign = async (signed: Receipt): Promise<string> => {
    const { domain, types, message } = receiptTypedData(signed, chainId);
    return p.gateway.signTypedData(domain, { Receipt: [...types.Receipt] }, message);
  };
  return {
    ...p,
    proofs: p.settlementProofs.connect(p.newcomer),
    earlier,
    settlement,
    config,
    receipt: receipts.link(CALL),
    nextReceipt: receipts.link(CALL + 1),
    brokenReceipt: receipts.link(BROKEN),
    sketch: sketches.link(CALL + 1),
    brokenSketch: sketches.link(BROKEN),
    second,
    secondHash: receiptHash(second),
    secondSignature: await sign(second),
    another: { ...second, amount: 1n },
    anotherSignature: await sign({ ...second, amount: 1n }),
  };
}

/** The same where everything was claimed from the channel, so that its receipts can be demanded. */
export async function coveredSettlement() {
  const w = await loadFixture(wrongSettlement);
  await writeClaimed(ethers.provider, w.channels, w.second.channelId, 2n ** 120n);
  return w;
}
