// Models with their lineage, prices and indexes, compared with the chain.
import { expect } from "chai";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { bob, developer } from "../../../deploy/testing/accounts.ts";
import { query } from "../support/graphql.ts";
import { lower, asRow, type Suite } from "./suite.ts";

export function modelTables(suite: () => Suite): void {
  it("have the models and versions with lineage, split and layout", async () => {
    const { chain, indexer, rows, contract } = suite();
    expect(await rows("models", "id owner developerPositionId uri versionCount latestVersionId")).to.deep.equal([
      {
        id: "1",
        owner: lower(developer.address),
        developerPositionId: "7",
        uri: "file:base",
        versionCount: 1,
        latestVersionId: "1",
      },
      {
        id: "2",
        owner: lower(bob.address),
        developerPositionId: "8",
        uri: "file:derived",
        versionCount: 1,
        latestVersionId: "2",
      },
    ]);
    for (const id of [1n, 2n]) {
      const registry = { address: contract("ModelRegistry"), abi: modelRegistryAbi, args: [id] } as const;
      const version = await chain.client.readContract({ ...registry, functionName: "versionOf" });
      const [split, ancestors] = await chain.client.readContract({ ...registry, functionName: "splitOf" });
      const [inputPrice, outputPrice] = await chain.client.readContract({ ...registry, functionName: "pricesOf" });
      const segments = await chain.client.readContract({ ...registry, functionName: "segmentsOf" });
      const text = `{ modelVersion(id: "${id}") {
        modelId weightsHash principalParentId records parentRecords royaltyBps inputPrice outputPrice
        treasuryBps gatewayBps curatorsBps stakersBps developerBps dataBps registeredAt
        parents { items { ordinal parentId } }
        segments(orderBy: "ordinal") { items { datanetId contributions records } }
        ancestors(orderBy: "ordinal") { items { positionId bps } }
      } }`;
      const { modelVersion } = await query<{ modelVersion: Record<string, unknown> }>(indexer.graphqlUrl, text);
      const bps = Object.fromEntries(Object.entries(split).map(([part, share]) => [`${part}Bps`, share]));
      expect(modelVersion).to.deep.equal({
        ...bps,
        modelId: String(id),
        weightsHash: version.weightsHash,
        principalParentId: id === 2n ? "1" : null,
        records: String(version.records),
        parentRecords: String(version.parentRecords),
        royaltyBps: version.royaltyBps,
        inputPrice: String(inputPrice),
        outputPrice: String(outputPrice),
        registeredAt: String(version.registeredAt),
        parents: { items: id === 2n ? [{ ordinal: 0, parentId: "1" }] : [] },
        segments: {
          items: segments.map(({ datanet, contributions, records }) =>
            asRow({ datanetId: datanet, contributions, records }),
          ),
        },
        ancestors: {
          items: ancestors.map(({ position, bps: share }) => ({ positionId: String(position), bps: share })),
        },
      });
    }
  });

  it("have the prices that were set later", async () => {
    const { rows } = suite();
    expect(await rows("priceChanges", "versionId inputPrice outputPrice", "block")).to.deep.equal([
      { versionId: "1", inputPrice: "4", outputPrice: "20" },
    ]);
  });

  it("have the attribution indexes", async () => {
    const { chain, rows, contract } = suite();
    const found = await rows(
      "indexCommits",
      "versionId methodId k topK debitFactor tau delta signatureMatch sketchSpec rootHash records bundleHash committer bond bondReturnedAt committedAt usableAt",
      "versionId",
    );
    expect(found).to.have.length(2);
    for (const row of found) {
      const args = [BigInt(row["versionId"] as string)] as const;
      const registry = { address: contract("ModelRegistry"), abi: modelRegistryAbi, args } as const;
      const index = await chain.client.readContract({ ...registry, functionName: "indexOf" });
      const method = await chain.client.readContract({ ...registry, functionName: "methodOf" });
      expect(row).to.deep.include({
        ...method,
        tau: String(method.tau),
        delta: String(method.delta),
        methodId: index.methodId,
        rootHash: index.hash,
        records: String(index.sum),
        bundleHash: index.bundleHash,
        committer: lower(index.committer),
        committedAt: String(index.committedAt),
        usableAt: String(index.usableAt),
      });
    }
    expect(found.map((row) => row["bondReturnedAt"] !== null)).to.deep.equal([true, false]);
  });
}
