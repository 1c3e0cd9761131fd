// Mutations of calls and of the lists of calls; all that follows is recomputed, so that a lie agrees with itself.
import { rederive } from "../watcher/test/rederive.ts";
import { callsOf, entriesOf } from "../watcher/test/lies/lie.ts";
import type { PlainCall, PlainEntry } from "../watcher/test/plain-proposal.ts";
import { arrange, type Draft, type Mutated, type Mutation, otherAmount, pick } from "./mutant.ts";

export const RECEIPT_MUTATIONS: readonly Mutation[] = [
  function anotherAmount({ next, plain, honest }) {
    const found = pick(next, callsOf(plain));
    if (found === undefined) return undefined;
    found.call.amount = otherAmount(next, found.call.amount);
    rederive(plain, honest);
    return { what: `a call of group ${found.g} pays another amount` };
  },
  function movedAmount({ next, plain, honest }) {
    const [from, to] = [
      pick(
        next,
        callsOf(plain).filter(({ call }) => call.amount > 0n),
      ),
      pick(next, callsOf(plain)),
    ];
    if (from === undefined || to === undefined || from.call === to.call) return undefined;
    const amount = [1n, from.call.amount, from.call.amount / 2n + 1n][next(3)]!;
    if (amount > from.call.amount) return undefined;
    from.call.amount -= amount;
    to.call.amount += amount;
    rederive(plain, honest);
    return { what: `${amount} moved from one call to another` };
  },
  function exchangedCalls({ next, plain, honest }) {
    const group = pick(
      next,
      plain.groups.filter((one) => one !== undefined && one.calls.length > 1),
    );
    if (group === undefined) return undefined;
    const [i, j] = [next(group.calls.length), next(group.calls.length)];
    [group.calls[i], group.calls[j]] = [group.calls[j], group.calls[i]];
    if (i === j) return undefined;
    rederive(plain, honest);
    return { what: `calls ${i} and ${j} exchanged` };
  },
  function droppedCall({ next, plain, honest }) {
    const found = pick(next, callsOf(plain));
    if (found === undefined) return undefined;
    found.group.calls.pop();
    rederive(plain, honest);
    return { what: `the last call of group ${found.g} dropped` };
  },
  function repeatedCall({ next, plain, honest }) {
    const found = pick(next, callsOf(plain));
    if (found === undefined) return undefined;
    const { calls } = found.group;
    calls[next(calls.length)] = structuredClone(found.call);
    rederive(plain, honest);
    return { what: `a call of group ${found.g} stands in another one's place` };
  },
  function otherHash({ next, plain, honest }) {
    const found = pick(next, callsOf(plain));
    if (found === undefined) return undefined;
    const field = next(2) === 0 ? "receiptHash" : "sketchHash";
    const bytes = Uint8Array.from(found.call[field]);
    if (next(3) === 0) bytes.fill(0);
    else bytes[next(32)]! ^= 1 + next(255);
    found.call[field] = bytes;
    found.call.amount = otherAmount(next, found.call.amount);
    rederive(plain, honest);
    return { what: `another ${field}` };
  },
];

export const INFLUENCE_MUTATIONS: readonly Mutation[] = [
  function otherInfluence({ next, plain, honest }) {
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    const { entry, list, g } = found;
    entry.w = otherAmount(next, entry.w);
    if (next(2) === 0) entry.s = entry.s > 0n ? otherAmount(next, entry.s) : -otherAmount(next, -entry.s);
    arrange(list, topK({ honest }, g));
    rederive(plain, honest);
    return { what: `an entry of group ${g} has another w` };
  },
  function otherRecord({ next, plain, honest }) {
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    const { entry, list, g } = found;
    const listed = new Set(list.map((one) => one.recordIndex));
    const { count } = honest.inputs.groups[g]!.index;
    const free = Array.from({ length: count }, (_, record) => record).filter((record) => !listed.has(record));
    const record = pick(next, free);
    if (record === undefined) return undefined;
    entry.recordIndex = record;
    arrange(list, topK({ honest }, g));
    rederive(plain, honest);
    return { what: `an entry of group ${g} is of record ${record}` };
  },
  function exchangedRecords({ next, plain, honest }) {
    const found = pick(
      next,
      entriesOf(plain).filter(({ list }) => list.length > 1),
    );
    if (found === undefined) return undefined;
    const { entry, list, g } = found;
    const other = pick(next, list)!;
    if (other === entry) return undefined;
    [entry.recordIndex, other.recordIndex] = [other.recordIndex, entry.recordIndex];
    arrange(list, topK({ honest }, g));
    rederive(plain, honest);
    return { what: `two entries of group ${g} exchange their records` };
  },
  function inventedEntry({ next, plain, honest }) {
    const found = pick(next, callsOf(plain));
    if (found === undefined) return undefined;
    const { call, g } = found;
    const list = call.lists[0]!;
    const listed = new Set(list.map((one) => one?.recordIndex));
    const { count } = honest.inputs.groups[g]!.index;
    const record = next(count);
    if (listed.has(record)) return undefined;
    const w = (list[0]?.w ?? 0n) + BigInt(next(100));
    if (w === 0n) return undefined;
    list.push({ recordIndex: record, s: w, w, points: 0n, tallyIndex: 0 });
    arrange(list, topK({ honest }, g));
    rederive(plain, honest);
    return { what: `record ${record} is listed in a call of group ${g}` };
  },
];

export const OMISSION_MUTATIONS: readonly Mutation[] = [
  omit("the best record", () => 0),
  omit("a record", (draft, list) => draft.next(list.length)),
  omit("the last record", (_, list) => list.length - 1),
  function emptiedList({ next, plain, honest }) {
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    found.list.length = 0;
    rederive(plain, honest);
    return { what: `a list of group ${found.g} is empty` };
  },
  function emptiedGroup({ next, plain, honest }) {
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    for (const call of found.group.calls) call!.lists = [[], []];
    rederive(plain, honest);
    return { what: `all lists of group ${found.g} are empty` };
  },
  function fewerEntries({ next, plain, honest }) {
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    const most = next(found.list.length);
    for (const call of found.group.calls)
      for (const list of call?.lists ?? []) list.length = Math.min(list.length, most);
    rederive(plain, honest);
    return { what: `lists of group ${found.g} end after ${most} entries` };
  },
];

/** Leaves one of a list out, in half of the cases with the true next record moved up at its end. */
function omit(name: string, place: (draft: Draft, list: readonly PlainEntry[]) => number): Mutation {
  return (draft): Mutated => {
    const { next, plain, honest } = draft;
    const found = pick(next, entriesOf(plain));
    if (found === undefined) return undefined;
    const { list, g, c, which, call } = found;
    const full = list.length === topK(draft, g);
    const [omitted] = list.splice(place(draft, list), 1);
    const moved = full && next(2) === 0 ? nextBest(draft, g, c, call, which, omitted!.recordIndex) : undefined;
    if (moved !== undefined) {
      list.push(moved);
      arrange(list, topK(draft, g));
    }
    rederive(plain, honest);
    return {
      what: `${name} of a list of group ${g} is left out${moved === undefined ? "" : ", and the next moved up"}`,
    };
  };
}

/** The strongest record that is not listed, with its true influence. */
function nextBest(
  { honest }: Pick<Draft, "honest">,
  g: number,
  c: number,
  call: PlainCall,
  which: number,
  omitted: number,
): PlainEntry | undefined {
  const { index, settlements } = honest.inputs.groups[g]!;
  const place = honest.callAt(g, c);
  const sketches = settlements.find(({ settlementId }) => settlementId === place?.settlementId)?.sketches;
  if (place === undefined || sketches === undefined) return undefined;
  const listed = new Set([omitted, ...call.lists.flat().map((entry) => entry!.recordIndex)]);
  let best: PlainEntry | undefined;
  for (let record = 0; record < index.count; record++) {
    if (listed.has(record)) continue;
    let product = 0n;
    for (let i = 0; i < index.k; i++)
      product += BigInt(index.sketches[record * index.k + i]!) * BigInt(sketches[place.place * index.k + i]!);
    const s = product * BigInt(index.scales[record]!);
    if (which === 0 ? s <= 0n : s >= 0n) continue;
    const w = (s < 0n ? -s : s) * BigInt(index.novelties[record]!);
    if (w > (best?.w ?? 0n)) best = { recordIndex: record, s, w, points: 0n, tallyIndex: 0 };
  }
  return best;
}

function topK({ honest }: Pick<Draft, "honest">, g: number): number {
  return honest.inputs.groups[g]!.method.topK;
}
