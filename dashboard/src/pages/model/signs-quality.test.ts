// Tests that a served report of quality is held against the index on the chain, and who committed it there: by a key or by a contract.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { type QualityReport, qualityTypedData } from "@tributary/protocol/quality-report";
import { expect } from "chai";
import { type Abi, type Address, getAddress, hashTypedData, type Hex, parseAbi, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ADDRESSES, CHAIN_ID, toldChain } from "../../check/testing/told-chain.ts";
import { signsQuality } from "./signs-quality.ts";

const publisher = privateKeyToAccount(`0x${"22".repeat(32)}`);
const WALLET: Address = "0x00000000000000000000000000000000000000cc";
const hash = `0x${"b2".repeat(32)}` as const;
const report: QualityReport = {
  ...{ version: 1, kind: "quality", chainId: CHAIN_ID, modelRegistry: ADDRESSES.ModelRegistry, modelVersion: 7 },
  ...{ indexRoot: { hash, sum: "40" }, methodId: hash },
  ...{ data: "its records", command: "leave-out --contributors 8", measuredAt: 1_800_000_000, measures: [] },
};

describe("a served report of quality", () => {
  const chainOf = (committer: Address, isUp = true, signed?: { digest: Hex; signature: Hex }) =>
    toldChain(
      {
        [ADDRESSES.ModelRegistry]: {
          abi: modelRegistryAbi as Abi,
          answers: {
            indexOf: () => ({
              ...{ hash, sum: 40n, committedAt: 1, usableAt: 2, committer, bond: 0n },
              ...{ methodId: zeroHash, bundleHash: zeroHash },
            }),
          },
        },
        ...(signed && {
          [WALLET]: {
            abi: parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]) as Abi,
            answers: {
              isValidSignature: (digest: Hex, signature: Hex) =>
                digest === signed.digest && signature === signed.signature ? "0x1626ba7e" : "0xffffffff",
            },
          },
        }),
      },
      [],
      () => isUp,
    );
  const byOf = async (...asked: Parameters<typeof signsQuality>) => (await signsQuality(...asked)).signedBy;

  it("is signed by the index's committer, or not", async () => {
    const signature = await publisher.signTypedData(qualityTypedData(report));
    const chain = chainOf(publisher.address);
    const held = await signsQuality({ report, signature }, "7", chain);
    expect(held).to.deep.equal({ signedBy: "key", committer: publisher.address });
    const changed = { ...report, data: "other records" };
    expect(await byOf({ report: changed, signature }, "7", chain)).to.equal("nobody");
    expect(await byOf({ report, signature }, "7", chainOf(WALLET))).to.equal("nobody");
    expect(await byOf({ report, signature: "0x12" }, "7", chain)).to.equal("nobody");
  });

  it("is signed by a contract where that says so on the chain (ERC-1271), and by none that does not", async () => {
    const signature = "0x1234";
    const digest = hashTypedData(qualityTypedData(report));
    const chain = chainOf(WALLET, true, { digest, signature });
    const held = await signsQuality({ report, signature }, "7", chain);
    expect(held).to.deep.equal({ signedBy: "contract", committer: getAddress(WALLET) });
    expect(await byOf({ report, signature: "0x1235" }, "7", chain)).to.equal("nobody");
    expect(await byOf({ report: { ...report, data: "other records" }, signature }, "7", chain)).to.equal("nobody");
  });

  it("is refused where it is of another index, and not judged while the chain cannot be read", async () => {
    const signature = await publisher.signTypedData(qualityTypedData(report));
    const failure = (of: QualityReport, version = "7", chain = chainOf(publisher.address)) =>
      signsQuality({ report: of, signature }, version, chain).then(
        () => expect.fail("it was held"),
        (error: unknown) => (error as Error).message,
      );
    const root = { hash: `0x${"b3".repeat(32)}`, sum: "40" } as const;
    expect(await failure(report, "8")).to.match(/another index/);
    for (const other of [
      { indexRoot: root },
      { indexRoot: { hash, sum: "41" } },
      { chainId: 1 },
      { modelRegistry: WALLET },
    ])
      expect(await failure({ ...report, ...other })).to.match(/another index/);
    expect(await failure(report, "7", chainOf(publisher.address, false))).to.match(/could not be read/);
  });
});
