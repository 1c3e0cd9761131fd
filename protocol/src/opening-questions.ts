// What the engine's command `serve-openings` is asked and answers: a JSON object a line. Nothing that it answers needs to be believed: each leaf opens from a root on chain.
import type { Address, Hex } from "viem";
import type { LeafJson, OpenedCall } from "./attribution-opening.ts";
import type { ManifestRoot } from "./bundle-manifest.ts";
import type { OpenedPart } from "./opened-part.ts";
import type { ReceiptLeaf } from "./opened-receipts.ts";
import type { OpenedUse } from "./opened-use.ts";

/** Questions by name. Bundles are named by their hashes, ids and amounts beyond 2^53 are decimal strings. */
export type OpeningQuestions = {
  /** The payout of a position after an epoch; where it has none a leaf of sum 0 without payload, whose opening shows that. */
  payout: { asked: { bundle: Hex; position: number }; answer: { leaf: LeafJson } };
  /** Which of some epochs' bundles has a call; `null` where none does. */
  whereabouts: { asked: { bundles: readonly Hex[]; receipt: Hex }; answer: { bundle: Hex | null } };
  call: {
    asked: { bundle: Hex; receipt: Hex };
    answer: { settlement: string; opened: OpenedCall } | { settlement: null; opened: null };
  };
  /** The calls whose attribution paid a position most, best first, and how many there are. */
  payers: {
    asked: { bundle: Hex; position: number; most: number };
    answer: { total: number; calls: readonly { receipt: Hex; paid: string }[] };
  };
  /** A record's leaf in an index; `null` where the index has no such record. */
  record: {
    asked: { bundle: Hex; contribution: string; record: number };
    answer: { leaf: LeafJson | null };
  };
  /** How new the records at ranges of places are, and the root that was computed over all records: novelties from 0 to 255, those of 0 and of 255 counted; withdrawn records, which have none, apart. */
  novelty: {
    asked: { bundle: Hex; ranges: readonly { first: number; records: number }[] };
    answer: {
      root: ManifestRoot;
      counts: readonly { records: number; withdrawn: number; sum: number; copies: number; full: number }[];
    };
  };
  /** For each group of an epoch, how many of its calls a contribution's records helped, hurt, and did either to; points and pay are decimal strings. */
  use: {
    asked: { bundle: Hex; contribution: string };
    answer: {
      groups: readonly {
        group: number;
        modelVersion: string;
        records: number;
        calls: number;
        helped: number;
        hurt: number;
        used: number;
        credits: string;
        debits: string;
        paid: string;
      }[];
    };
  };
  /** For each settlement of an epoch that has calls of an agent, how many; and the hashes of the newest receipts. */
  agent: {
    asked: { bundle: Hex; registry: Address; agent: string; most: number };
    answer: {
      settlements: readonly { settlement: string; modelVersion: string; calls: number; fees: string }[];
      newest: readonly { receipt: Hex; settlement: string; amount: string; issuedAt: number }[];
    };
  };
  /** A contribution's records in the groups of an epoch whose indexes have them, with all their tallies. */
  openUse: {
    asked: { bundle: Hex; contribution: string; mostRecords: number; mostTallies: number };
    answer: { groups: readonly OpenedUse[]; isTooLarge: boolean };
  };
  /** All receipts of a settlement of an epoch, in their order; `null` where the epoch has no such settlement. */
  receipts: { asked: { bundle: Hex; settlement: string }; answer: { receipts: readonly ReceiptLeaf[] | null } };
  /** Records of consecutive places of an index. */
  part: { asked: { bundle: Hex; part: number }; answer: OpenedPart };
  /** A record's leaf in the content tree of the hashes in a file, one in hex on each line. */
  content: { asked: { file: string; record: number }; answer: { leaf: LeafJson | null } };
  /** Whether each file of a bundle is what its manifest says; what is wrong, where something is. */
  files: { asked: { bundle: Hex; kind: "epoch" | "index" | "settlement" }; answer: { problems: readonly string[] } };
};

export type QuestionName = keyof OpeningQuestions;

/** `missing`: nothing is there under that name. `broken`: it is not what its name or its manifest says. `large`: more than may be held in memory. */
export type OpeningFailure = { readonly code: "missing" | "broken" | "large"; readonly message: string };

export type QuestionLine<Name extends QuestionName = QuestionName> = {
  readonly id: number;
  readonly ask: Name;
} & OpeningQuestions[Name]["asked"];

export type AnswerLine<Name extends QuestionName = QuestionName> =
  | { readonly id: number; readonly answer: OpeningQuestions[Name]["answer"] }
  | { readonly id: number; readonly failure: OpeningFailure };
