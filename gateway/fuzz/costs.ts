// What a paid call of a fuzz costs: computed from its body by the SIMULATED upstream's rules and the documented ones alone, with none of the gateway's code.

/** Base units per 1,000 tokens, of every model of the gateway that is tried. */
export interface Prices {
  readonly input: bigint;
  readonly output: bigint;
}

interface Body {
  readonly prompt?: string;
  readonly messages?: readonly { readonly content: string }[];
  readonly input?: readonly string[];
  readonly max_tokens?: number;
}

/** Of an answer whose prompt does not say. */
const WORDS = 5;
const LEAST = 1n;

/** @param body of a call that was answered in full */
export function costOf(body: Buffer, { input, output }: Prices): bigint {
  const asked = JSON.parse(body.toString()) as Body;
  const parts = asked.input ?? asked.messages?.map(({ content }) => content) ?? [asked.prompt ?? ""];
  const words = parts
    .join(" ")
    .split(/\s+/u)
    .filter((word) => word !== "");
  const said = words.find((word) => word.startsWith("words="))?.slice("words=".length) ?? WORDS;
  const answered = asked.input === undefined ? Math.min(Number(said), asked.max_tokens ?? Infinity) : 0;
  const thousandths = BigInt(words.length) * input + BigInt(answered) * output;
  const units = thousandths / 1000n + (thousandths % 1000n === 0n ? 0n : 1n);
  return units < LEAST ? LEAST : units;
}
