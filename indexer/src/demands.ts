// Folds the events of Demands, those of SettlementProofs about receipts that were not settled, and what either costs who answers with stake.
import { decodeDemand } from "@tributary/protocol/demand";
import { type Context, ponder } from "ponder:registry";
import type { tree as trees } from "ponder:schema";
import { demand, inclusion, penalty } from "ponder:schema";
import { type Address, hexToBytes, size, zeroAddress } from "viem";
import { accusedBy, noteCause } from "./accused.ts";
import { addToProtocol } from "./add-to-totals.ts";
import { created, eventId, type Occurrence, occurred } from "./provenance.ts";

/** Of the committed trees, by the tags of their kinds. */
const TREE_NAMES: Record<number, (typeof trees.enumValues)[number]> = {
  2: "index",
  3: "receipts",
  4: "sketches",
  9: "groups",
  11: "payouts",
};

ponder.on("Demands:Demanded", async ({ event, context }) => {
  const { id, demander, demand: bytes, node, deposit, deadline } = event.args;
  const { commitment, path, level, index: place } = decodeDemand(hexToBytes(bytes));
  const { kind, id: committedId, sub } = commitment;
  const tree = TREE_NAMES[kind.tag];
  if (tree === undefined) throw new Error(`demand ${id} is of a tree of kind ${kind.name}, which no contract commits`);
  const { target: _, ...accused } = accusedBy(kind.tag, committedId, sub);
  await context.db.insert(demand).values({
    id,
    status: "open",
    tree,
    ...accused,
    steps: path.length,
    level,
    place,
    nodeHash: node.hash,
    nodeSum: node.sum,
    demander,
    deposit,
    deadline: BigInt(deadline),
    demandedAt: event.block.timestamp,
    ...created(event),
  });
  await addToProtocol(context, { demands: 1 });
});

function closed({ block, transaction }: Occurrence) {
  return { closedAt: block.timestamp, closingTransactionHash: transaction.hash };
}

ponder.on("Demands:Answered", async ({ event, context }) => {
  const { id, answerer, paid, burned, answer } = event.args;
  await context.db
    .update(demand, { id })
    .set({ status: "answered", answerer, paid, burned, answerBytes: size(answer), ...closed(event) });
});

ponder.on("Demands:EndedUnanswered", async ({ event, context }) => {
  const { id, refund, reward } = event.args;
  const { tree, epochId, proposal, versionId, settlementId, sub } = await context.db
    .update(demand, { id })
    .set({ status: "unanswered", refund, reward, ...closed(event) });
  const kind = Number(Object.entries(TREE_NAMES).find(([, name]) => name === tree)![0]);
  const ended = accusedBy(kind, (epochId ?? versionId ?? settlementId)!, proposal ?? sub ?? 0);
  await noteCause(context, ended, "unanswered_demand");
  await addToProtocol(context, { demandsUnanswered: 1 });
});

ponder.on("Demands:Refunded", async ({ event, context }) => {
  const { id, refund } = event.args;
  await context.db.update(demand, { id }).set({ status: "refunded", refund, ...closed(event) });
});

// --- receipts that were not settled ---

ponder.on("SettlementProofs:InclusionDemanded", async ({ event, context }) => {
  const { receiptHash: id, gateway, demander, receipt, deadline } = event.args;
  const isAgents = receipt.agentRegistry !== zeroAddress;
  await context.db.insert(inclusion).values({
    id,
    status: "open",
    tillId: receipt.till,
    gateway,
    versionId: receipt.modelVersion,
    channelId: receipt.channelId,
    sequence: receipt.sequence,
    amount: receipt.amount,
    cumulative: receipt.cumulative,
    agentRegistry: isAgents ? receipt.agentRegistry : null,
    agentId: isAgents ? receipt.agentId : null,
    issuedAt: BigInt(receipt.issuedAt),
    demander,
    deadline: BigInt(deadline),
    demandedAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("SettlementProofs:InclusionAnswered", async ({ event, context }) => {
  const { receiptHash: id, settlement: settlementId, answerer } = event.args;
  await context.db.update(inclusion, { id }).set({ status: "answered", settlementId, answerer, ...closed(event) });
});

ponder.on("SettlementProofs:InclusionUnanswered", async ({ event, context }) => {
  const { receiptHash: id, refund } = event.args;
  await context.db.update(inclusion, { id }).set({ status: "unanswered", refund, ...closed(event) });
});

// --- penalties ---

async function recordPenalty(
  { db }: Context,
  event: Occurrence & {
    log: { address: Address };
    args: { id: bigint; operator: Address; slashed: bigint; reward: bigint };
  },
  kind: "withheld" | "proven",
): Promise<void> {
  const { id: caseId, operator, slashed, reward } = event.args;
  const court = event.log.address;
  await db
    .insert(penalty)
    .values({ id: eventId(event), kind, caseId, operator, slashed, reward, court, ...occurred(event) });
}

ponder.on("Demands:Penalized", async ({ event, context }) => recordPenalty(context, event, "withheld"));
ponder.on("SettlementProofs:Penalized", async ({ event, context }) => recordPenalty(context, event, "proven"));
