/** Closing settlements cleverly: what a gateway in league with a contributor gains by the freedom that the protocol leaves it. */
import { createRandom } from "../numerics/random.ts";
import { assignPoints } from "../attribution/map.ts";
import { rank } from "../search/rank.ts";
import type { Queries } from "../search/records.ts";
import { u128At, u128ColumnOf } from "../trees/u128-words.ts";
import type { Economy } from "./economy.ts";
import { CALL_AMOUNT, type PointsRule } from "./payments.ts";

/**
 * A gateway's calls come in some order on channels. Of each channel it settles the calls in their order and without gaps (docs/formats.md §11),
 * and a settlement is in the epoch in which its sketches become ready: so all that is free is up to which call each channel is settled in each epoch,
 * and never before the call was made.
 */
export interface ClosingSetting {
  /** Channels over which the gateway's calls are spread; as many as calls: every call has its own. */
  readonly channels: number;
  /** Share of all calls that the gateway answers; the other calls are settled in the epoch in which they are made. */
  readonly share: number;
  readonly epochs: number;
}

/** Which calls are whose, and when they are made. */
interface Drawn {
  /** Epoch in which each call is made. */
  readonly made: Int32Array;
  /** The gateway's calls by channel, in the order in which they are made. */
  readonly channels: readonly (readonly number[])[];
}

/** Rounds over all channels in which each is closed as is best with the others as they are. */
const ROUNDS = 4;

function drawCalls(count: number, { channels, share, epochs }: ClosingSetting, seed: number): Drawn {
  const random = createRandom(seed, `closing ${channels} ${share} ${epochs}`);
  const made = Int32Array.from({ length: count }, (_, call) => Math.floor((call * epochs) / count));
  const own = [...made.keys()].filter(() => random.uniform() < share);
  const byChannel = Array.from({ length: Math.min(channels, own.length) }, (): number[] => []);
  for (const [at, call] of own.entries())
    byChannel[channels >= own.length ? at : random.below(byChannel.length)]!.push(call);
  return { made, channels: byChannel.filter((calls) => calls.length > 0) };
}

/** Net points of one call by record. */
interface CallPoints {
  readonly records: Int32Array;
  readonly nets: Float64Array;
}

async function pointsOf({ index }: Pick<Economy, "index">, calls: Queries, rule: PointsRule): Promise<CallPoints[]> {
  const lists = await rank(index, calls, rule.topK);
  const amounts = u128ColumnOf(Array.from({ length: calls.count }, () => CALL_AMOUNT));
  const points = assignPoints(lists, amounts, rule.debitFactor);
  return Array.from({ length: calls.count }, (_, call) => {
    const records: number[] = [];
    const nets: number[] = [];
    for (const list of [2 * call, 2 * call + 1])
      for (let at = list * rule.topK; at < list * rule.topK + lists.counts[list]!; at++) {
        records.push(lists.recordIndex[at]!);
        nets.push(((list % 2 === 0 ? 1 : -1) * Number(u128At(points, at))) / Number(CALL_AMOUNT));
      }
    return { records: Int32Array.from(records), nets: Float64Array.from(nets) };
  });
}

/** Nets by record of one epoch, to which calls are added and from which they are taken. */
class EpochNets {
  readonly nets: Float64Array;
  calls = 0;
  constructor(records: number) {
    this.nets = new Float64Array(records);
  }
  move({ records, nets }: CallPoints, sign: 1 | -1): void {
    this.calls += sign;
    for (let at = 0; at < records.length; at++) this.nets[records[at]!]! += sign * nets[at]!;
  }
  /** Units that own records have of the pool, which is one a call. */
  income(isOwn: Uint8Array): number {
    let [own, all] = [0, 0];
    for (let record = 0; record < this.nets.length; record++) {
      const net = this.nets[record]!;
      if (net <= 1e-12) continue;
      all += net;
      if (isOwn[record] !== 0) own += net;
    }
    return all === 0 ? 0 : (this.calls * own) / all;
  }
}

/**
 * @returns the income of the contributor whose records these are with the best closing that was found, relative to every call being settled in the
 * epoch in which it is made. Found by closing channel after channel as is best, so a lower bound of the best.
 */
export async function closingGain(
  economy: Pick<Economy, "index">,
  calls: Queries,
  rule: PointsRule,
  isOwn: Uint8Array,
  setting: ClosingSetting,
  seed: number,
): Promise<number> {
  const points = await pointsOf(economy, calls, rule);
  const { made, channels } = drawCalls(calls.count, setting, seed);
  const epochs = Array.from({ length: setting.epochs }, () => new EpochNets(economy.index.count));
  const settled = made.slice();
  for (const [call, epoch] of made.entries()) epochs[epoch]!.move(points[call]!, 1);
  const move = (call: number, to: number): void => {
    if (settled[call] === to) return;
    epochs[settled[call]!]!.move(points[call]!, -1);
    epochs[to]!.move(points[call]!, 1);
    settled[call] = to;
  };
  const income = (): number => epochs.reduce((sum, epoch) => sum + epoch.income(isOwn), 0);
  const honest = income();
  let best = honest;
  for (let round = 0; round < ROUNDS; round++) {
    const before = best;
    for (const channel of channels)
      for (let from = channel.length - 1; from >= 0; from--) {
        // The calls from this one on wait for a later epoch; those that are settled later already stay.
        const kept = channel.map((call) => settled[call]!);
        let chosen = kept;
        const first = Math.max(made[channel[from]!]!, from > 0 ? kept[from - 1]! : 0);
        for (let to = first; to < setting.epochs; to++) {
          for (const [at, call] of channel.entries())
            move(call, at < from ? kept[at]! : at === from ? to : Math.max(kept[at]!, to));
          const now = income();
          if (now > best * (1 + 1e-9)) {
            best = now;
            chosen = channel.map((call) => settled[call]!);
          }
        }
        for (const [at, call] of channel.entries()) move(call, chosen[at]!);
      }
    if (best <= before * (1 + 1e-6)) break;
  }
  return best / honest;
}
