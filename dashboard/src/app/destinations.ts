// Which pages may be meant by what somebody typed or by an address that leads nowhere.
import { paths } from "../paths.ts";

export interface Destination {
  to: string;
  label: string;
}

const NAMED: Record<string, (id: string) => string> = {
  datanet: paths.datanet,
  contribution: paths.contribution,
  model: paths.model,
  position: paths.position,
  epoch: paths.epoch,
  agent: paths.agent,
  pool: paths.pool,
};
/** What a bare number may be the id of. */
const NUMBERED = ["position", "contribution", "datanet", "model", "epoch"] as const;

/**
 * - `0x` and 64 digits: a receipt. `0x` and 40 digits: an owner of positions.
 * - a number with what it is the id of, as in "position 12" or "contributions/3";
 * - a number alone: one of each kind.
 */
export function destinations(text: string): Destination[] {
  const wanted = text.trim().toLowerCase();
  if (/^0x[0-9a-f]{64}$/.test(wanted)) return [{ to: paths.answer(wanted), label: "the answer of this receipt" }];
  if (/^0x[0-9a-f]{40}$/.test(wanted)) return [{ to: paths.positionsOf(wanted), label: "positions of this address" }];
  const named = /^\/?([a-z]+?)s?[\s/#:]+(\d{1,78})$/.exec(wanted);
  if (named !== null) {
    const [, kind = "", id = ""] = named;
    return Object.hasOwn(NAMED, kind) ? [{ to: NAMED[kind]!(id), label: `${kind} ${id}` }] : [];
  }
  if (/^#?\d{1,78}$/.test(wanted)) {
    const id = wanted.replace("#", "");
    return NUMBERED.map((kind) => ({ to: NAMED[kind]!(id), label: `${kind} ${id}` }));
  }
  return [];
}
