// Targets that are drawn from a model are those that its probabilities say, and their gradients are those of a text which has them.
import { join } from "node:path";
import { expect } from "chai";
import { decoderTextModel, type DecoderModel } from "../decoder/decoder-text-model.ts";
import { expectedOf, FIXTURES, relativeError } from "../decoder/test/fixtures.ts";
import { Graph } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";
import { gradientComputer } from "./gradient-computer.ts";
import { drawnAdapter, smallModel } from "./test/small-model.ts";
import { ownTextModel, type OwnModel, type TextModel } from "./text-model.ts";

const SEED = 5;
const DRAWS = 24;

/** The model's probabilities of what stands at each position of a text, in 64 bits. */
async function probabilities(model: TextModel, text: readonly number[]): Promise<number[][]> {
  const length = model.lengthOf(text);
  const graph = new Graph();
  const tokens = graph.input("tokens", [length], "int64");
  const { logits, inputs, feeds } = model.build(graph, tokens);
  graph.output("logits", logits);
  const session = await openSession(graph, [tokens, ...inputs]);
  const example = model.layOut(text, length);
  const values = (await session.run({ ...feeds, tokens: example.inputs }))["logits"]!;
  await session.release();
  const classes = values.length / length;
  return Array.from({ length }, (_, at) => {
    const row = [...values.subarray(at * classes, (at + 1) * classes)];
    const powers = row.map((value) => Math.exp(value - Math.max(...row)));
    const sum = powers.reduce((total, one) => total + one, 0);
    return powers.map((one) => one / sum);
  });
}

/** The token below which, and at which, the probabilities add up to `uniform`. */
function tokenAt(uniform: number, likely: readonly number[]): number {
  let sum = 0;
  return likely.findIndex((one) => (sum += one) >= uniform);
}

const { base, tokens } = smallModel();
const own: OwnModel = {
  kind: "own",
  model: base,
  adapter: drawnAdapter(base),
  widths: { inner: 4, headInput: 4, headOutput: 16 },
  length: 8,
};
const decoderOf = (name: string): DecoderModel => ({
  kind: "decoder",
  place: { model: join(FIXTURES, name), adapter: join(FIXTURES, name, "adapter") },
  width: 64,
});

describe("targets drawn from a model", function () {
  this.timeout(30_000);
  // Of a decoder the first token is not predicted; before that of the engine's own model stands a start token.
  for (const [name, of, model, first, text] of [
    ["the engine's own model", own, ownTextModel(own), 0, tokens[0]!.slice(0, 3)],
    ...["gpt2", "llama", "qwen2", "qwen3"].map((kind) => {
      const decoder = decoderOf(kind);
      return [
        `a ${kind} from a folder`,
        decoder,
        decoderTextModel(decoder),
        1,
        expectedOf(kind).tokens[0]!.slice(0, 4),
      ];
    }),
  ] as [string, OwnModel | DecoderModel, TextModel, number, number[]][]) {
    it(`are those of ${name}, as likely as it finds them`, async () => {
      const likely = await probabilities(model, text);
      const known = new Map<string, Promise<Float32Array>>();
      const compute = gradientComputer({ of, seed: SEED, targets: "own" });
      const ownGradient = (some: readonly number[]): Promise<Float32Array> => {
        const found = known.get(some.join()) ?? compute({ items: [{ tokens: some, draw: 0 }], firstRow: 0 });
        known.set(some.join(), found);
        return found;
      };
      const items = Array.from({ length: DRAWS }, (_, draw) => ({ tokens: text, draw }));
      const drawn = await gradientComputer({ of, seed: SEED, targets: "sampled" })({ items, firstRow: 0 });
      const size = drawn.length / DRAWS;
      const seen = new Set<string>();
      for (let draw = 0; draw < DRAWS; draw++) {
        const random = createRandom(SEED, `sampled targets ${draw}`);
        const expected = new Float32Array(size);
        const add = async (some: readonly number[], sign: number): Promise<void> => {
          if (some.length > first) (await ownGradient(some)).forEach((value, i) => (expected[i]! += sign * value));
        };
        for (let at = first; at < text.length; at++) {
          const target = tokenAt(random.uniform(), likely[at - first]!);
          seen.add(`${at} ${target}`);
          // What stands at a position adds to the loss what the text up to it has more than the text before it.
          await add([...text.slice(0, at), target], 1);
          await add(text.slice(0, at), -1);
        }
        const found = drawn.subarray(draw * size, (draw + 1) * size);
        expect(relativeError(found, { shape: [], data: expected }), `draw ${draw}`).to.be.below(1e-4);
      }
      expect(seen.size).to.be.above(DRAWS);
    });
  }
});
