// Compares a receipt as a file tells it with the one that was settled, field by field.
import { isHex, size } from "viem";
import { saltedHash } from "@tributary/protocol/salted-hash";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";

/** Of a file: nothing in it is believed, and nothing has to be there. */
export interface ToldReceipt {
  readonly id?: unknown;
  readonly receipt?: unknown;
  readonly salt?: unknown;
  /** What was asked and answered, where the file has it, as the receipt covers them. */
  readonly prompt?: unknown;
  readonly answer?: unknown;
}

const FIELDS = {
  ...{ till: true, modelVersion: true, channelId: true, sequence: true, amount: true, cumulative: true },
  ...{ agentRegistry: true, agentId: true, requestHash: true, responseHash: true, issuedAt: true },
} satisfies Record<keyof Receipt, true>;
const TEXTS = [
  ["prompt", "requestHash"],
  ["answer", "responseHash"],
] as const;
const SALT_BYTES = 32;

/** What the file has otherwise, each in words; fields and texts that it does not have are not compared, nor texts without their salt. */
export function differencesFrom(told: ToldReceipt, settled: Receipt): string[] {
  // The fields may stand beside the id, too.
  const { receipt = told, salt } = told;
  const differences: string[] = [];
  if (typeof receipt !== "object" || receipt === null || Array.isArray(receipt))
    differences.push("receipt: it is no object");
  else
    for (const name of Object.keys(FIELDS) as (keyof Receipt)[]) {
      const its = (receipt as Partial<Record<string, unknown>>)[name];
      if (its !== undefined && plain(its) !== plain(settled[name]))
        differences.push(`${name}: ${shown(its)}, not ${settled[name]}`);
    }
  if (salt === undefined) return differences;
  if (!isHex(salt) || size(salt) !== SALT_BYTES) return [...differences, "salt: it is not 32 bytes of hex"];
  for (const [name, hash] of TEXTS) {
    const text = told[name];
    if (typeof text === "string" && saltedHash(salt, text) !== settled[hash].toLowerCase())
      differences.push(`${name}: under the salt its hash is not the receipt's ${hash}`);
  }
  return differences;
}

/** Texts of the file that nothing can be held against: without their salt. */
export function uncompared({ salt, ...told }: ToldReceipt): string[] {
  if (salt !== undefined) return [];
  return TEXTS.flatMap(([name]) => (told[name] === undefined ? [] : [name]));
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function plain(value: unknown): string {
  return typeof value === "bigint" ? String(value) : shown(value).toLowerCase();
}
