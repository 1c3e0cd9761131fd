// What the chain holds that an index is judged by: its method, its layout, and what the contributions in it committed to.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { hexToBytes } from "@tributary/protocol/bytes";
import { CONTENT, INDEX } from "@tributary/protocol/kinds";
import type { Root } from "@tributary/protocol/node";
import type { IndexCase, LayoutSegment } from "@tributary/protocol/proofs/index-facts";
import type { DataSource } from "./committed-data.ts";
import { readInBatches } from "./in-batches.ts";
import type { LiveIndex } from "./live-inputs.ts";

/** Reads it; all of it was fixed before the index was committed. */
export async function readIndexCase(source: DataSource, { version, input }: LiveIndex): Promise<IndexCase> {
  const registry = { address: source.contracts.modelRegistry, abi: modelRegistryAbi, args: [version] } as const;
  const [method, segments, { registeredAt }] = await Promise.all([
    source.reader.readContract({ ...registry, functionName: "methodOf" }),
    source.reader.readContract({ ...registry, functionName: "layoutOf" }),
    source.reader.readContract({ ...registry, functionName: "versionOf" }),
  ]);
  const { k, tau, delta, signatureMatch } = method;
  const layout: LayoutSegment[] = [];
  for (const segment of segments) layout.push(await readSegment(source, segment));
  const named = layout.flatMap(({ accepted }) => accepted.map(({ contribution }) => contribution));
  const contents = new Map(await readInBatches(named, async (id) => [id, await readContentRoot(source, id)] as const));
  const withdrawn = new Map(
    await readInBatches(named, async (id) => [id, await readIsWithdrawn(source, id, registeredAt)] as const),
  );
  return {
    root: { ...input.root, depth: INDEX.depth },
    records: input.count,
    k,
    rule: { tau, delta, signatureMatch },
    layout,
    // A record of another contribution is in another place than the layout has it, whatever that committed to.
    contentOf: (contribution) => contents.get(contribution),
    isWithdrawn: (contribution) => withdrawn.get(contribution) === true,
  };
}

async function readSegment(
  { reader, contracts }: DataSource,
  { datanet, contributions, records }: { datanet: bigint; contributions: bigint; records: bigint },
): Promise<LayoutSegment> {
  const places = Array.from({ length: Number(contributions) }, (_, place) => BigInt(place));
  const accepted = await readInBatches(places, async (place) => {
    const [contribution, recordsBefore] = await reader.readContract({
      address: contracts.datanetRegistry,
      abi: datanetRegistryAbi,
      functionName: "acceptedAt",
      args: [datanet, place],
    });
    return { contribution, recordsBefore: Number(recordsBefore) };
  });
  return { accepted, records: Number(records) };
}

async function readContentRoot({ reader, contracts }: DataSource, contribution: bigint): Promise<Root> {
  const { contentHash, recordCount } = await reader.readContract({
    address: contracts.datanetRegistry,
    abi: datanetRegistryAbi,
    functionName: "contributionOf",
    args: [contribution],
  });
  return { hash: hexToBytes(contentHash), sum: BigInt(recordCount), depth: CONTENT.depth };
}

/** Whether a contribution was withdrawn before the version was registered. */
function readIsWithdrawn(
  { reader, contracts }: DataSource,
  contribution: bigint,
  registeredAt: number,
): Promise<boolean> {
  return reader.readContract({
    address: contracts.datanetRegistry,
    abi: datanetRegistryAbi,
    functionName: "isWithdrawn",
    args: [contribution, registeredAt],
  });
}
