// What the main job prints at its end: who was paid and why, an example call, and the checks.
import { relative } from "node:path";
import Table from "cli-table3";
import { splitFee } from "@tributary/protocol/fee";
import type { CorpusRecord } from "./corpus-file.ts";
import { dishonestSection, type DishonestSummary, dishonestSummary } from "./dishonest-report.ts";
import type { ExplainedCall } from "./engine-results.ts";
import { evidenceSection } from "./evidence-report.ts";
import { SPLIT } from "./model.ts";
import { open, percent, PLAIN, wrap } from "./report-style.ts";
import type { Outcome } from "./outcome.ts";

const SHOWN_CONTRIBUTORS = 12;
const SHOWN_RECORDS = 4;
const TEXT_WIDTH = 64;
const PROSE_WIDTH = 110;
const PROSE_INDENT = "\n          ";
/** The figures of the run, as `--json` prints them; amounts are base units, and fees = paid + unpaid. */
export interface Summary {
  ok: boolean;
  seconds: number;
  records: number;
  calls: number;
  fees: string;
  paid: string;
  unpaid: string;
  perplexity: number;
  bigramPerplexity: number;
  speakerShare: number;
  chanceShare: number;
  bm25Share: number;
  gradDotShare: number;
  leaveOutCorrelation: number;
  /** Of a run with a dishonest proposer: its wrong result, or all of them. */
  dishonest?: DishonestSummary | DishonestSummary[];
}

export function summaryOf(outcome: Outcome): Summary {
  const { training, measure, leaveOut } = outcome;
  return {
    ok: outcome.ok,
    seconds: outcome.seconds,
    records: placedRecords(outcome).length,
    calls: outcome.calls.length,
    fees: String(outcome.settlements.reduce((sum, { fee }) => sum + fee, 0n)),
    paid: String(outcome.paidOfFees),
    unpaid: String(outcome.unpaid),
    perplexity: round(training.perplexity),
    bigramPerplexity: round(training.bigramPerplexity),
    speakerShare: round(measure.speakerShare),
    chanceShare: round(measure.chanceShare),
    bm25Share: round(measure.bm25Share),
    gradDotShare: round(measure.gradDotShare),
    leaveOutCorrelation: round(leaveOut.correlation),
    ...(outcome.dishonesty && { dishonest: dishonestSummary(outcome.dishonesty.lies) }),
  };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

interface PlacedRecord extends CorpusRecord {
  contributor: string;
}

function placedRecords({ corpus }: Outcome): PlacedRecord[] {
  return corpus.datanets.flatMap(({ contributors }) =>
    contributors.flatMap(({ name, records }) => records.map((record) => ({ ...record, contributor: name }))),
  );
}

export function printReport(outcome: Outcome, stream: NodeJS.WritableStream): void {
  const write = (text: string): void => void stream.write(`${text}\n`);
  write("");
  write(sizes(outcome));
  write("");
  write(paidTable(outcome));
  write("");
  write(contributorTable(outcome));
  write("");
  write(exampleCall(outcome));
  write("");
  if (outcome.dishonesty !== undefined) {
    write(dishonestSection(outcome.dishonesty));
    write("");
  }
  write("Checks this run made of itself:");
  write(checkTable(outcome));
  write("");
  for (const claim of outcome.left) {
    write(
      `Not claimed yet, but left to its owner's wallet: ${open(claim.attributed + claim.accrued)} OPEN of ${claim.name}, position ${claim.position}, ${claim.owner}.`,
    );
  }
  write(`Everything to rebuild the payouts from: ${relative(process.cwd(), outcome.bundles)}`);
  const failed = outcome.checks.list.filter(({ ok }) => !ok).length;
  write(
    failed === 0
      ? `All ${outcome.checks.list.length} checks held, in ${outcome.seconds} s.`
      : `${failed} of ${outcome.checks.list.length} checks FAILED.`,
  );
}

function sizes(outcome: Outcome): string {
  const { corpus, training, calls, settlements, copy } = outcome;
  const speakers = corpus.datanets.map(({ name, contributors, description }) => {
    const works = new Set(contributors.flatMap(({ records }) => records.map(({ source }) => source))).size;
    return `${name} (${description}: ${works} texts, ${contributors.length} ${contributors.length === 1 ? "contributor" : "contributors"})`;
  });
  const fees = settlements.reduce((sum, { fee }) => sum + fee, 0n);
  return [
    `Datanets: ${speakers.join("; ")}; ${placedRecords(outcome).length} records, ${training.nearCopiesLeftOut} near copies and ${training.repetitiveLeftOut} that repeat themselves left out of training.`,
    `Model: held-out perplexity ${training.basePerplexity.toFixed(1)} before and ${training.perplexity.toFixed(1)} after training on them; tuned bigram model ${training.bigramPerplexity.toFixed(1)}.`,
    `${calls.length} calls paid ${open(fees)} OPEN through the gateway, by SIMULATED payers with the official x402 client; ${settlements.length} settlements in ${outcome.epochs.length} ${outcome.epochs.length === 1 ? "epoch" : "epochs"}.`,
    `A SIMULATED copier contributed ${copy.records} records of ${copy.original} again. One of them, opened in both contributions (${copy.proofBytes} bytes), had the copy rejected: of its bond of ${open(copy.bond)} OPEN, ${open(copy.reward)} went to the prover, ${open(copy.burned)} burned, ${open(copy.refund)} went back.`,
  ].join("\n");
}

/** Where every unit of the fees went. */
function paidTable({ settlements, proposerFees }: Outcome): string {
  const table = new Table({
    head: ["the fees went to", "OPEN", "share", "why"],
    colAligns: ["left", "right", "right", "left"],
    ...PLAIN,
  });
  const fees = settlements.reduce((sum, { fee }) => sum + fee, 0n);
  const rows: [string, keyof (typeof settlements)[number]["parts"], string][] = [
    ["contributors", "data", "the data share: split by attribution, below"],
    ["model developer", "developer", "trained the adapter"],
    ["gateway", "gateway", "served the calls"],
    ["datanet curators", "curators", "curate the two datanets, by records"],
    ["stakers on the model", "stakers", "staked OPEN on it; streamed"],
  ];
  const partOf = (part: keyof (typeof settlements)[number]["parts"]): bigint =>
    settlements.reduce((sum, { parts }) => sum + parts[part], 0n);
  const add = (name: string, amount: bigint, why: string): void => {
    table.push([name, open(amount), percent(amount, fees), why]);
  };
  for (const [name, part, why] of rows) add(name, partOf(part), why);
  add("treasury", partOf("treasury") - proposerFees, "protocol share, less the proposer's fee");
  add("proposer", proposerFees, "computed the payouts, under a bond");
  return table.toString();
}

function contributorTable(outcome: Outcome): string {
  const { payments, left, datanets, explained } = outcome;
  const records = placedRecords(outcome);
  const table = new Table({
    head: [
      "contributor",
      "records",
      "licence",
      "attributed",
      "share",
      "calls",
      "record paid most by one call → that call",
    ],
    colAligns: ["left", "right", "right", "right", "right", "right", "left"],
    ...PLAIN,
  });
  const earned = [...payments, ...left];
  const pool = earned.reduce((sum, { attributed }) => sum + attributed, 0n);
  const paid = new Map(earned.map((payment) => [payment.position, payment]));
  const evidence = evidenceByContributor(outcome, records, explained);
  const rows = datanets.contributions
    .map((contribution) => ({ contribution, payment: paid.get(contribution.position) }))
    .sort((a, b) => compare(b.payment?.attributed ?? 0n, a.payment?.attributed ?? 0n));
  for (const { contribution, payment } of rows.slice(0, SHOWN_CONTRIBUTORS)) {
    const best = evidence.get(contribution.name);
    table.push([
      contribution.name,
      contribution.records,
      open(payment?.accrued ?? 0n),
      open(payment?.attributed ?? 0n),
      percent(payment?.attributed ?? 0n, pool),
      best?.calls ?? 0,
      best === undefined ? "" : `${records[best.place]?.source ?? ""} → call ${best.call + 1}`,
    ]);
  }
  const rest = rows.slice(SHOWN_CONTRIBUTORS);
  if (rest.length > 0) {
    const attributed = rest.reduce((sum, { payment }) => sum + (payment?.attributed ?? 0n), 0n);
    table.push([
      `${rest.length} more`,
      rest.reduce((sum, { contribution }) => sum + contribution.records, 0),
      open(rest.reduce((sum, { payment }) => sum + (payment?.accrued ?? 0n), 0n)),
      open(attributed),
      percent(attributed, pool),
      "",
      "",
    ]);
  }
  return `${table.toString()}
licence: the one-off fee that the model's owner paid each datanet, shared by records. attributed: the data share of all fees, by influence.
calls: those that paid a record of theirs. Amounts are OPEN, cut to 4 decimals.`;
}

interface Evidence {
  calls: number;
  /** Place of the record that earned most in one call, and that call's index. */
  place: number;
  call: number;
  paid: bigint;
}

function evidenceByContributor(
  outcome: Outcome,
  records: readonly PlacedRecord[],
  explained: readonly ExplainedCall[],
): Map<string, Evidence> {
  const callOf = new Map(outcome.calls.map(({ id }, index) => [id, index]));
  const found = new Map<string, Evidence>();
  for (const { receiptHash, records: entries } of explained) {
    const call = callOf.get(receiptHash);
    if (call === undefined) continue;
    const counted = new Set<string>();
    for (const { place, paid } of entries) {
      const name = records[place]?.contributor;
      const amount = BigInt(paid);
      if (name === undefined || amount === 0n) continue;
      const before = found.get(name) ?? { calls: 0, place, call, paid: 0n };
      const calls = before.calls + (counted.has(name) ? 0 : 1);
      counted.add(name);
      found.set(name, amount > before.paid ? { calls, place, call, paid: amount } : { ...before, calls });
    }
  }
  return found;
}

/** One call, followed from its prompt to who was paid for the answer. */
function exampleCall(outcome: Outcome): string {
  const records = placedRecords(outcome);
  const { calls, explained, corpus } = outcome;
  const shown = clearestCall(outcome, records);
  if (shown === undefined) return "No call paid anybody by attribution.";
  const index = calls.findIndex(({ id }) => id === shown.receiptHash);
  const call = calls[index];
  if (call === undefined) throw new Error(`no call has the receipt ${shown.receiptHash}`);
  const source = corpus.heldOut[call.heldOut];
  const total = shown.records.reduce((sum, { paid }) => sum + BigInt(paid), 0n);
  const { data: dataShare, parts } = splitOfCall(call.receipt.amount);
  const helpful = shown.records.filter(({ harmful }) => !harmful);
  const lines = [
    `An example, the call in which one record was paid the most: call ${index + 1} of ${explained.length} (receipt ${shown.receiptHash.slice(0, 18)}…)`,
    `  prompt  ${wrap(`“${call.prompt}”`, PROSE_WIDTH).replaceAll("\n", PROSE_INDENT)}`,
    `          (held out from ${source?.contributor ?? "?"}, ${source?.source ?? "?"}; no model saw it)`,
    `  answer  “${call.answer.trim()}”`,
    `  fee     ${open(call.receipt.amount)} OPEN = ${parts}`,
    `          The data share was credited to the ${helpful.length} records that helped, by their influence (attribution index ${outcome.index.root.hash.slice(0, 10)}…).`,
    `          In the end ${open(total)} OPEN came to them through this call${total === dataShare ? "" : `: ${total > dataShare ? "more, because records that hurt other calls lost part of their credits to the rest" : "less, because these records hurt other calls"}`}.`,
  ];
  const table = new Table({
    head: ["of the help", "paid", "contributor and source", "text of the record"],
    colAligns: ["right", "right", "left", "left"],
    ...PLAIN,
  });
  const best = [...helpful].sort((a, b) => compare(BigInt(b.paid), BigInt(a.paid)));
  const points = helpful.reduce((sum, entry) => sum + BigInt(entry.points), 0n);
  for (const entry of best.slice(0, SHOWN_RECORDS)) {
    const record = records[entry.place];
    table.push([
      percent(BigInt(entry.points), points),
      open(BigInt(entry.paid)),
      `${record?.contributor ?? ""}\n${record?.source ?? ""}`,
      wrap(record?.text ?? "", TEXT_WIDTH),
    ]);
  }
  return `${lines.join("\n")}\n${table.toString()}\n  and ${Math.max(0, best.length - SHOWN_RECORDS)} more records that helped, ${shown.records.length - helpful.length} that hurt and were debited.\n${evidenceSection(
    shown.evidence,
    explained.map(({ evidence }) => evidence),
  )}`;
}

/** How the fee of one call divides at the registered split; `parts` in words. */
function splitOfCall(fee: bigint): { data: bigint; parts: string } {
  const split = splitFee(fee, { ...SPLIT, ancestors: [] });
  const names = ["data", "developer", "gateway", "curators", "stakers", "treasury"] as const;
  return { data: split.data, parts: names.map((name) => `${name} ${open(split[name])}`).join(" + ") };
}

/** The call whose best record earned most: the easiest to follow. */
function clearestCall(outcome: Outcome, records: readonly PlacedRecord[]): ExplainedCall | undefined {
  let best: { call: ExplainedCall; paid: bigint } | undefined;
  for (const call of outcome.explained) {
    for (const { place, paid } of call.records) {
      if (records[place] !== undefined && BigInt(paid) > (best?.paid ?? 0n)) best = { call, paid: BigInt(paid) };
    }
  }
  return best?.call;
}

function checkTable({ checks }: Outcome): string {
  return checks.list.map(({ name, ok, detail }) => ` ${ok ? "✓" : "✗ FAILED"} ${name}: ${detail}`).join("\n");
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
