// Judges fault proofs of an index as the contract does: the twin of IndexProofs.
import { equalBytes, NONE } from "../bytes.ts";
import { CONTENT, INDEX } from "../kinds.ts";
import { noveltyAgainst } from "../novelty.ts";
import { decodeContent } from "../payloads/content.ts";
import { decodeIndex, type IndexPayload, isWithdrawnForm } from "../payloads/index.ts";
import { judged, type ProofVerdict } from "./check-proof.ts";
import { type IndexCase, segmentAt } from "./index-facts.ts";
import type { IndexProof } from "./index-proof.ts";
import type { Link } from "./link.ts";
import { openInput, showsMalformed, type Tree } from "./openings.ts";
import { refuse } from "./refusal.ts";

type ProofOf<Name extends IndexProof["name"]> = Extract<IndexProof, { name: Name }>;

/** Judges a proof against a pending index. Never throws on hostile bytes. */
export function checkIndexProof(facts: IndexCase, proof: IndexProof): ProofVerdict {
  return judged(() => showsFault(facts, proof));
}

function showsFault(facts: IndexCase, proof: IndexProof): boolean {
  switch (proof.name) {
    case "proveForm":
      return isUnfit(facts, proof.node);
    case "proveLayout":
      return checkLayout(facts, proof);
    case "proveContent":
      return checkContent(facts, proof);
    case "proveNovelty":
      return checkNovelty(facts, proof);
  }
}

/** Something malformed, nothing below the record count, or a leaf at or above it. */
function isUnfit(facts: IndexCase, node: Link): boolean {
  if (showsMalformed(treeOf(facts), node, 0)) return true;
  const isAbsent = node.payload.length === 0 && node.preimage.length === 0;
  if (node.key < BigInt(facts.records)) return isAbsent;
  return !isAbsent && node.opening[0] === INDEX.depth;
}

/** Another record than the layout has there, or one that is in withdrawn form without being withdrawn, or the other way round. */
function checkLayout(facts: IndexCase, { record, accepted }: ProofOf<"proveLayout">): boolean {
  const stated = openRecord(facts, record, 0);
  if (stated === undefined) return true;
  const { segment, before } = segmentAt(facts.layout, Number(record.key))!;
  const place = Number(accepted);
  const named = segment.accepted[place];
  if (named === undefined) return refuse("WrongContribution", accepted);
  const end = segment.accepted[place + 1]?.recordsBefore ?? segment.records;
  if (before < named.recordsBefore || before >= end) refuse("WrongContribution", accepted);
  if (stated.contributionId !== named.contribution || stated.recordIndex !== before - named.recordsBefore) return true;
  return isWithdrawnForm(stated) !== facts.isWithdrawn(named.contribution);
}

function checkContent(facts: IndexCase, { record, content }: ProofOf<"proveContent">): boolean {
  const stated = openRecord(facts, record, 0);
  if (stated === undefined) return true;
  if (content.key !== BigInt(stated.recordIndex)) refuse("WrongPlace", 1);
  const root = facts.contentOf(stated.contributionId) ?? refuse("UnknownContribution", stated.contributionId);
  const { isPresent, payload } = openInput({ root, kind: CONTENT }, content, content.key, 1);
  return isPresent && !equalBytes(decodeContent(payload).recordHash, stated.recordHash);
}

/** Novelty: the earlier record allows less. Witness: it is the witness and does not yield exactly this. Lowest: it yields this and stands before the witness. */
function checkNovelty(facts: IndexCase, { record, earlier }: ProofOf<"proveNovelty">): boolean {
  const later = openRecord(facts, record, 0);
  if (later === undefined) return true;
  if (earlier.key >= record.key) refuse("WrongPlace", 1);
  const before = openRecord(facts, earlier, 1);
  if (before === undefined) return true;
  const allowed = noveltyAgainst(later, before, facts.rule);
  const { novelty, witness } = later;
  if (allowed < novelty || witness === NONE) return allowed < novelty;
  const place = Number(earlier.key);
  return place === witness ? allowed !== novelty : place < witness && allowed === novelty;
}

/** Opens a leaf below the record count; `undefined` if nothing stands there, or something malformed: a fault in itself. */
function openRecord(facts: IndexCase, record: Link, at: number): IndexPayload | undefined {
  if (record.key >= BigInt(facts.records)) refuse("WrongPlace", at);
  const { isPresent, payload } = openInput(treeOf(facts), record, record.key, at);
  return isPresent ? decodeIndex(payload, facts.k) : undefined;
}

function treeOf({ root, k }: IndexCase): Tree {
  return { root, kind: INDEX, k };
}
