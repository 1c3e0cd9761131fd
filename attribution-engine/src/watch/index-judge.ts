// Judges the indexes that are in their windows.
import { equalBytes } from "@tributary/protocol/bytes";
import type { IndexCase } from "@tributary/protocol/proofs/index-facts";
import { indexProofCalldata } from "@tributary/protocol/proofs/index-proof";
import type { Node } from "@tributary/protocol/node";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildContentTree } from "../index/content-tree.ts";
import type { NoveltyOptions } from "../index/novelty.ts";
import { wholeIndex } from "../watcher/committed-inputs.ts";
import { findIndexFault } from "../watcher/find-index-fault.ts";
import type { DataSource } from "./committed-data.ts";
import { inputName, type KnownInput, takenInput } from "./committed-trees.ts";
import type { Contents } from "./contents.ts";
import { readIndexCase } from "./index-case.ts";
import type { InputFinding } from "./input-finding.ts";
import type { LiveIndex } from "./live-inputs.ts";

const HASH_BYTES = 32;

/** Searches indexes for faults. */
export class IndexJudge {
  readonly #source: DataSource;
  readonly #contents: Contents;
  readonly #novelty: NoveltyOptions;
  /** The last index that was judged, which is judged again with each answer. */
  #last: { readonly name: string; readonly facts: IndexCase } | undefined;

  /** @param novelty how it is recomputed */
  constructor(source: DataSource, contents: Contents, novelty: NoveltyOptions) {
    this.#source = source;
    this.#contents = contents;
    this.#novelty = novelty;
  }

  /** What there is to say of an index, by what is known of it. */
  async judge(live: LiveIndex, known: KnownInput<AttributionIndex>): Promise<InputFinding> {
    const { commitment } = live.input;
    const accused = { version: commitment.id, sub: commitment.sub };
    const facts = await this.#caseOf(live);
    const index = known.table ?? wholeIndex(facts.records, facts.k, takenInput(known));
    const deviating = index === undefined ? new Map<bigint, Node>() : deviatingContents(facts, index);
    const contents = deviating.size === 0 ? new Map<bigint, never>() : await this.#contents.find(deviating);
    const { source, twins } = takenInput(known);
    const finding = await findIndexFault(facts, accused, {
      source,
      twins,
      contentTreeOf: (id) => contents.get(id),
      novelty: this.#novelty,
    });
    switch (finding.what) {
      case "proof": {
        const data = indexProofCalldata(accused, finding.proof);
        const { name } = finding.proof;
        return {
          what: "proof",
          proof: { court: this.#source.contracts.indexProofs!, accused: commitment, name, data },
        };
      }
      case "demand":
        return { what: "unshown" };
      case "sound": {
        if (deviating.size === 0) return { what: "sound", unchecked: [] };
        const why = [...deviating.keys()].map(
          (id) =>
            `its records of contribution ${id} are not what that committed to, and ${contents.has(id) ? "its content does not prove it" : "no content is there to prove it"}`,
        );
        return { what: "unproven", why };
      }
    }
  }

  async #caseOf(live: LiveIndex): Promise<IndexCase> {
    const name = inputName(live.input);
    if (this.#last?.name !== name) this.#last = { name, facts: await readIndexCase(this.#source, live) };
    return this.#last.facts;
  }
}

/**
 * The roots of contributions whose records an index does not state as they were committed, by what their trees show: the hashes that it has at a contribution's
 * places give the contribution's root, or one of them is another.
 */
function deviatingContents({ layout, contentOf }: IndexCase, { recordHashes }: AttributionIndex): Map<bigint, Node> {
  const deviating = new Map<bigint, Node>();
  let begin = 0;
  for (const { accepted, records } of layout) {
    for (const [nth, { contribution, recordsBefore }] of accepted.entries()) {
      const end = accepted[nth + 1]?.recordsBefore ?? records;
      const hashes = recordHashes.subarray(HASH_BYTES * (begin + recordsBefore), HASH_BYTES * (begin + end));
      const root = contentOf(contribution)!;
      if (!equalBytes(buildContentTree(hashes).root.hash, root.hash)) deviating.set(contribution, root);
    }
    begin += records;
  }
  return deviating;
}
