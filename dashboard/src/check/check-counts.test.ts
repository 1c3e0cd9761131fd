// The checks of what is counted: calls that a contribution helped, calls of an agent, novelty of a datanet and of a record; and every change of what is served.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { CONTENT, INDEX } from "@tributary/protocol/kinds";
import { keccak256 } from "@tributary/protocol/keccak";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { encodeIndex } from "@tributary/protocol/payloads/index";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { vectorPart, vectorReceipts, vectorUse } from "@tributary/protocol/testing/vector-uses";
import { expect } from "chai";
import { type Abi, zeroAddress, zeroHash } from "viem";
import { OpeningError } from "../data/openings.ts";
import { checkAgent, type ListedCall, type ServedReceipts, type StatedAgent, type StatedCalls } from "./check-agent.ts";
import { checkNovelty } from "./check-novelty.ts";
import { checkRecords, type ServedRecord } from "./check-records.ts";
import { checkUse, type ServedUse, type StatedUse } from "./check-use.ts";
import { NotServed } from "./not-served.ts";
import { changesOf, withoutEach } from "./testing/changes.ts";
import { ADDRESSES, toldChain, type ToldContract } from "./testing/told-chain.ts";
import { EPOCH, vectorState } from "./testing/vector-chain.ts";

const USABLE = 2;
const GROUP = 0;
const CONTRIBUTION = 1n;
const RECORDS = 5;

describe("the checks of what is counted", () => {
  const epoch = vectorEpoch();
  const [call] = epoch.calls;
  const settlement = call!.settlement;

  /** The vector's chain, with what these checks read beside it. */
  function chain(changes: { usable?: number; recordCount?: number; registry?: ToldContract["answers"] } = {}) {
    const [contracts, logs] = vectorState(epoch, call!);
    const models = contracts[ADDRESSES.ModelRegistry]!;
    const layout = [
      { datanet: 7n, contributions: 1n, records: 5n },
      { datanet: 8n, contributions: 2n, records: 10n },
    ];
    return toldChain(
      {
        ...contracts,
        [ADDRESSES.ModelRegistry]: {
          abi: modelRegistryAbi as Abi,
          answers: {
            ...models.answers,
            ...{ indexStatus: () => changes.usable ?? USABLE, layoutOf: () => layout },
            ...changes.registry,
          },
        },
        [ADDRESSES.RoyaltyLedger]: {
          abi: royaltyLedgerAbi as Abi,
          answers: contracts[ADDRESSES.RoyaltyLedger]!.answers,
        },
        [ADDRESSES.DatanetRegistry]: {
          abi: datanetRegistryAbi as Abi,
          answers: { contributionOf: () => contribution(zeroHash, changes.recordCount ?? RECORDS) },
        },
      },
      logs,
    );
  }

  function contribution(contentHash: string, recordCount: number) {
    const times = { contributedAt: 1, settledAt: 2 };
    const by = { contributor: zeroAddress, position: 4n, bond: 0n, licence: zeroHash };
    return { datanet: 7n, recordCount, ...times, kind: 0, status: 2, ...by, contentHash };
  }

  describe("of the calls that a contribution helped and hurt", () => {
    const served: ServedUse = { groups: [vectorUse(epoch, GROUP, CONTRIBUTION).opened] };
    const points = epoch.vector.output.groups[GROUP]!.points.filter(({ record }) => record < RECORDS);
    const calls = (of: "credits" | "debits") => new Set(points.flatMap((each) => each[of].map((tally) => tally.call)));
    const [helped, hurt] = [calls("credits"), calls("debits")];
    const paid = epoch.vector.output.payouts
      .flatMap(({ earnings }) => earnings)
      .filter(({ group, record }) => group === GROUP && record < RECORDS)
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const stated: StatedUse[] = [
      {
        ...{ group: GROUP, modelVersion: "5", calls: 7, helped: helped.size, hurt: hurt.size },
        ...{ used: helped.union(hurt).size, paid: String(paid) },
      },
    ];

    it("counts them out of all tallies", async () => {
      const { status, found, steps } = await checkUse(chain(), CONTRIBUTION, EPOCH, { served, stated });
      expect(status, JSON.stringify(steps.at(-1))).to.equal("proven");
      expect(helped.size * hurt.size).to.be.above(0);
      expect(found!.groups).to.deep.equal([
        {
          ...{ group: GROUP, version: 5n, calls: 7, helped: helped.size, hurt: hurt.size },
          ...{ used: helped.union(hurt).size, paid },
        },
      ]);
    });

    it("refuses every change, anything left out, and what the chain says otherwise", async () => {
      const refused = async (of = chain(), asked: unknown = served, id = CONTRIBUTION, why = "") =>
        expect((await checkUse(of, id, EPOCH, { served: asked as ServedUse, stated })).status, why).to.equal("refused");
      for (const [path, changed] of changesOf(served)) await refused(undefined, changed, CONTRIBUTION, path);
      for (const [path, changed] of withoutEach(served)) await refused(undefined, changed, CONTRIBUTION, path);
      const [group] = served.groups;
      const { records } = group!;
      await refused(undefined, { groups: [group, group] });
      await refused(undefined, { groups: [{ ...group, records: records.slice(1) }] });
      const tallied = records.findIndex(({ credits }) => credits.length > 1);
      const { credits } = records[tallied]!;
      for (const less of [credits.slice(1), credits.slice(0, -1), credits.toReversed(), [...credits, credits[0]!]])
        await refused(undefined, {
          groups: [{ ...group, records: records.with(tallied, { ...records[tallied]!, credits: less }) }],
        });
      await refused(chain({ recordCount: RECORDS + 1 }));
      await refused(chain({ usable: 1 }));
      await refused(undefined, undefined, 2n);
      for (const [path, changed] of changesOf(stated)) {
        const { status } = await checkUse(chain(), CONTRIBUTION, EPOCH, { served, stated: changed as StatedUse[] });
        expect(status, path).to.equal("refused");
      }
    });
  });

  describe("of the calls of an agent", () => {
    const served: ServedReceipts = { receipts: vectorReceipts(epoch, settlement) };
    const { agentRegistry: registry, agentId: agent } = call!.receipt;
    const own = epoch.calls.filter((each) => each.settlement === settlement).map(({ receipt }) => receipt);
    const named = own.filter((receipt) => receipt.agentRegistry === registry && receipt.agentId === agent);
    const fees = named.reduce((sum, { amount }) => sum + amount, 0n);
    const counted: StatedCalls = {
      ...{ settlement: String(settlement), epoch: Number(EPOCH), modelVersion: "5" },
      ...{ calls: named.length, fees: String(fees) },
    };
    const newest: ListedCall[] = named.map((receipt) => ({
      ...{ receipt: receiptHash(receipt), settlement: String(settlement) },
      ...{ amount: String(receipt.amount), issuedAt: receipt.issuedAt },
    }));
    const stated: StatedAgent = { settlements: [counted], newest };
    const ask = (asked: unknown, of = chain(), shown = stated) =>
      checkAgent(of, { registry, agent }, shown, () => Promise.resolve(asked as ServedReceipts));

    it("counts them over all receipts of the settlement", async () => {
      const { status, found } = await ask(served);
      expect(status).to.equal("proven");
      expect(found).to.deep.equal({ calls: named.length, receipts: own.length, fees });
      const other = { registry, agent: agent + 1n };
      const none = { settlements: [{ ...counted, modelVersion: "", calls: 0, fees: "0" }], newest: [] };
      const { found: nothing } = await checkAgent(chain(), other, none, () => Promise.resolve(served));
      expect(nothing).to.include({ calls: 0, fees: 0n });
    });

    it("shows nothing, and refuses nothing, where the receipts are not served", async () => {
      for (const [status, code] of [
        [404, "bundle_not_kept"],
        [503, "busy"],
        [502, "bundle_damaged"],
      ] as const) {
        const missing = new OpeningError(status, code, "no bundle is here", "");
        const failure: unknown = await checkAgent(chain(), { registry, agent }, stated, () =>
          Promise.reject(missing),
        ).catch((error: unknown) => error);
        expect(failure).to.equal(missing);
        expect(missing.isNotKept, code).to.equal(status === 404);
      }
    });

    it("refuses every change, a receipt that is left out or comes twice, and a settlement that is not final", async () => {
      const refused = async (asked: unknown, why = "") => expect((await ask(asked)).status, why).to.equal("refused");
      for (const [path, changed] of changesOf(served)) await refused(changed, path);
      for (const [path, changed] of withoutEach(served)) await refused(changed, path);
      const { receipts } = served;
      for (const wrong of [
        receipts.slice(1),
        receipts.slice(0, -1),
        receipts.toReversed(),
        [...receipts, receipts[0]!],
      ])
        await refused({ receipts: wrong });
      expect((await ask(served, chain(), { settlements: [counted, counted], newest })).status).to.equal("refused");
      const twice = [{ ...newest[0]!, amount: "1" }, ...newest];
      expect((await ask(served, chain(), { settlements: [counted], newest: twice })).status).to.equal("refused");
      for (const [path, changed] of changesOf(stated))
        expect((await ask(served, chain(), changed as StatedAgent)).status, path).to.equal("refused");
    });
  });

  describe("of how new a datanet's records are", () => {
    const part = vectorPart(epoch, GROUP);
    const novelties = epoch.vector.output.groups[GROUP]!.novelties.slice(5).map(({ novelty }) => novelty);
    const counts = {
      ...{ records: 10, withdrawn: 0, noveltySum: novelties.reduce((sum, each) => sum + each, 0) },
      copies: novelties.filter((each) => each === 0).length,
      full: novelties.filter((each) => each === 255).length,
    };
    const stated = { ...counts, root: { hash: call!.roots.index.hash } };
    const ask = (asked: unknown, of = chain(), datanet = 8n, shown = stated) =>
      checkNovelty(of, { datanet, version: 5n }, shown, () => Promise.resolve(asked as typeof part));

    it("counts over the places that the layout gives it", async () => {
      const { status, found, steps } = await ask(part);
      expect(status, JSON.stringify(steps.at(-1))).to.equal("proven");
      expect(found).to.deep.equal(counts);
    });

    it("shows nothing, and refuses nothing, where a part of the index is not served", async () => {
      const missing = new OpeningError(404, "bundle_not_kept", "no index is here", "");
      const asked = { datanet: 8n, version: 5n };
      const failure: unknown = await checkNovelty(chain(), asked, stated, () => Promise.reject(missing)).catch(
        (error: unknown) => error,
      );
      expect(failure).to.equal(missing);
    });

    it("refuses every change, records that are left out, another datanet, and an index that is not usable", async () => {
      const refused = async (asked: unknown, why = "") => expect((await ask(asked)).status, why).to.equal("refused");
      for (const [path, changed] of changesOf(part)) await refused(changed, path);
      for (const [path, changed] of withoutEach(part)) await refused(changed, path);
      await refused({ ...part, payloads: part.payloads.slice(0, -1) });
      await refused({ ...part, payloads: part.payloads.toReversed() });
      expect((await ask(part, chain(), 9n)).status).to.equal("refused");
      expect((await ask(part, chain({ usable: 1 }))).status).to.equal("refused");
      for (const [path, changed] of changesOf(stated))
        expect((await ask(part, chain(), 8n, changed as typeof stated)).status, path).to.equal("refused");
    });
  });

  describe("of a record", () => {
    const texts = ["Rivers carry silt.", "Tides turn twice a day."];
    const hashes = texts.map((text) => keccak256(canonicalTextBytes(text)));
    const contents = hashes.map((recordHash) => ({ sum: 1n, payload: encodeContent({ recordHash }) }));
    const content = sumTreeOf(CONTENT.depth, contents);
    const indexed = hashes.map((recordHash, recordIndex) => {
      const where = { recordHash, contentSignature: new Uint8Array(32), contributionId: 1n, recordIndex };
      const witness = recordIndex === 0 ? 0xffffffff : 0;
      const how = { scale: 1, novelty: recordIndex === 0 ? 255 : 31, witness, sketch: new Int8Array(32).fill(1) };
      return { sum: 1n, payload: encodeIndex({ ...where, ...how }) };
    });
    const index = sumTreeOf(INDEX.depth, indexed);
    const leafOf = (tree: typeof index, depth: number, leaves: typeof indexed, key: number) => {
      const opening = bytesToHex(tree.open(depth, key));
      return { key, sum: "1", payload: bytesToHex(leaves[key]!.payload), opening };
    };
    const served: ServedRecord = {
      text: texts[1]!,
      recordHash: bytesToHex(hashes[1]!),
      leaf: leafOf(content, CONTENT.depth, contents, 1),
      indexes: [{ modelVersion: "5", novelty: 31, witness: 0, leaf: leafOf(index, INDEX.depth, indexed, 1) }],
    };
    const of = toldChain({
      [ADDRESSES.DatanetRegistry]: {
        abi: datanetRegistryAbi as Abi,
        answers: { contributionOf: () => contribution(bytesToHex(content.root.hash), 2) },
      },
      [ADDRESSES.ModelRegistry]: {
        abi: modelRegistryAbi as Abi,
        answers: {
          indexStatus: (version: bigint) => (version === 5n ? USABLE : 0),
          indexOf: () => ({
            ...{ hash: bytesToHex(index.root.hash), sum: index.root.sum, committedAt: 1, usableAt: 2 },
            ...{ committer: zeroAddress, bond: 0n, methodId: zeroHash, bundleHash: zeroHash },
          }),
          methodOf: () => ({
            ...{
              k: 32,
              topK: 4,
              debitFactor: 64,
              tau: 64_225,
              delta: 6_554,
              signatureMatch: 257,
              sketchSpec: zeroHash,
            },
          }),
        },
      },
    });

    it("proves its text, its place and its novelty", async () => {
      const { status, found, steps } = await checkRecords(of, 1n, [{ record: 1, served }]);
      expect(status, JSON.stringify(steps.at(-1))).to.equal("proven");
      expect(found).to.deep.equal([{ record: 1, novelties: [{ version: 5n, novelty: 31, isWithdrawn: false }] }]);
      const refusedOne = { ...served, indexes: [{ modelVersion: "5", refused: "it is damaged" }] };
      const other = await checkRecords(of, 1n, [{ record: 1, served: refusedOne }]);
      expect(other.found).to.deep.equal([{ record: 1, novelties: [] }]);
    });

    it("refuses every change, and another record or contribution", async () => {
      const ask = async (asked: unknown, id = 1n, record = 1, why = "") =>
        expect((await checkRecords(of, id, [{ record, served: asked as ServedRecord }])).status, why).to.equal(
          "refused",
        );
      for (const [path, changed] of changesOf(served)) await ask(changed, 1n, 1, path);
      for (const [path, changed] of withoutEach(served)) await ask(changed, 1n, 1, path);
      const [own] = served.indexes;
      await ask({ ...served, indexes: [own, { modelVersion: "5", novelty: 255, witness: 0xffffffff }] });
      await ask({ ...served, indexes: [{ ...own, witness: 0xffffffff }] }, 1n, 1, "a witness");
      const nothing = await checkRecords(of, 1n, []).catch((error: unknown) => error);
      expect(nothing).to.be.instanceOf(NotServed);
      await ask(served, 2n);
      await ask(served, 1n, 0);
      await ask({ ...served, leaf: leafOf(content, CONTENT.depth, contents, 0) });
      const payload = bytesToHex(Uint8Array.from(hexToBytes(served.leaf.payload), (byte) => byte ^ 1));
      await ask({ ...served, leaf: { ...served.leaf, payload } });
    });
  });
});
