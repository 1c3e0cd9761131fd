// What an earlier run noted and did not make: how it differs from what this run would make, since what is contributed is public for ever.
import { KINDS } from "../chain/contribution-view.ts";
import { UserError } from "../errors.ts";
import type { Entry } from "./journal.ts";
import { isReserved, type Noted } from "./on-chain.ts";

/** Differing contributions that a message names one by one. */
const NAMED = 5;
/** Stands for the content root's hash in `--uri`. */
const ROOT_IN_URI = "{root}";

export interface Unfinished {
  readonly entry: Entry;
  /** Whether the chain has its reservation. */
  readonly isReserved: boolean;
  /** Of its records; `undefined` where they are kept no more. */
  readonly hashes: readonly Uint8Array[] | undefined;
}

/** How a run contributes. */
export interface Manner {
  readonly kind: (typeof KINDS)[number];
  readonly licence: string;
  /** With what stands for the content root. */
  readonly uri: string;
}

/** An unfinished contribution, and what this run would do otherwise; nothing if it would make the same. */
export interface Difference {
  readonly of: Unfinished;
  readonly differences: readonly string[];
}

export async function unfinishedOf(noted: Noted, unmade: readonly Entry[]): Promise<Unfinished[]> {
  const unfinished: Unfinished[] = [];
  for (const entry of unmade)
    unfinished.push({
      ...{ entry, isReserved: await isReserved(noted, entry), hashes: noted.contents.pendingHashes(entry) },
    });
  return unfinished;
}

/** A record's hash as a key of sets. */
export function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString("latin1");
}

/** Where the content with a root can be had. */
export function uriOf({ uri }: Manner, root: string): string {
  return uri.replaceAll(ROOT_IN_URI, root);
}

/** @param absent keys of the records that are not in the source */
export function compare(of: Unfinished, absent: ReadonlySet<string>, manner: Manner): Difference {
  const { entry, hashes } = of;
  const differences: string[] = [];
  const missing = hashes?.filter((hash) => absent.has(keyOf(hash))).length;
  if (missing === undefined) differences.push("its records are not in pending/ any more, and cannot be compared");
  else if (missing > 0) differences.push(`${missing} of its records ${missing === 1 ? "is" : "are"} not in the source`);
  const noted = { kind: KINDS[entry.kind]!, licence: entry.licence, uri: entry.uri };
  const wanted = { ...manner, uri: uriOf(manner, entry.root.hash) };
  for (const option of ["kind", "licence", "uri"] as const)
    if (noted[option] !== wanted[option])
      differences.push(`the ${option} is now ${JSON.stringify(wanted[option])}, not ${JSON.stringify(noted[option])}`);
  return { of, differences };
}

/** What a run says of the contributions that it would make otherwise; `undefined` if there are none. */
export function differenceText(compared: readonly Difference[]): string | undefined {
  const differing = compared.filter(({ differences }) => differences.length > 0);
  if (differing.length === 0) return undefined;
  const lines = differing
    .slice(0, NAMED)
    .map(({ of, differences }) => `- ${describe(of.entry)}: ${differences.join("; ")}; ${stateOf(of)}`);
  if (differing.length > NAMED) lines.push(`- and ${differing.length - NAMED} more`);
  const anyReserved = compared.some(({ of }) => of.isReserved);
  return [
    "an earlier run noted contributions that are not made yet, and this run would make them otherwise:",
    ...lines,
    "--finish-unfinished makes what was noted, as it was noted: records and licence are then on the chain for ever",
    "--drop-unfinished forgets all that was noted and is not made, and contributes the source with the options of this run",
    ...(anyReserved
      ? [
          "a reservation holds no bond and shows nothing of the records, and nobody can use it without the salt that is kept here: who drops it loses its gas alone",
        ]
      : []),
  ].join("\n");
}

/** @throws UserError where one cannot be forgotten: which records are free again is not known */
export function refuseUnknown(unfinished: readonly Unfinished[], contents: string): void {
  const unknown = unfinished.find(({ hashes }) => hashes === undefined);
  if (unknown === undefined) return;
  throw new UserError(
    `--drop-unfinished: the hashes of ${describe(unknown.entry)} are not in ${contents}/pending/${unknown.entry.salt} any more, so that its records cannot be told from others: put the folder back, or take --finish-unfinished; nothing was sent`,
  );
}

/** By kind and licence, each once. */
export function summary(unfinished: readonly Unfinished[]): string {
  const groups = Map.groupBy(unfinished, ({ entry }) => `${KINDS[entry.kind]!} under ${entry.licence}`);
  return [...groups]
    .map(([group, members]) => {
      const records = members.reduce((sum, { entry }) => sum + entry.root.sum, 0n);
      const reserved = members.filter((each) => each.isReserved).length;
      return `${members.length} of ${records} records, ${group}${reserved > 0 ? `, ${reserved} reserved` : ""}`;
    })
    .join("; ");
}

function describe({ root, kind, licence, uri }: Entry): string {
  return `${root.sum} records (${KINDS[kind]!}, ${licence}${uri === "" ? "" : `, ${uri}`})`;
}

function stateOf({ isReserved }: Unfinished): string {
  return isReserved ? "reserved on the chain" : "nothing of it is on the chain";
}
