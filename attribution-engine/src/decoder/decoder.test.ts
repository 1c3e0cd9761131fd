// Losses and gradients of decoders against PyTorch's: transformers and PEFT made the models and the figures (reference/gradients.py).
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Graph } from "../numerics/graph.ts";
import { loadTensors } from "../numerics/safetensors.ts";
import { openSession } from "../numerics/session.ts";
import { layOutText, paddedLength } from "./decoder-texts.ts";
import { buildDecoder } from "./decoder-graph.ts";
import { loadDecoder, type Decoder } from "./decoder.ts";
import { changeSettings, copyOf, expectedOf, FIXTURES, relativeError } from "./test/fixtures.ts";

const TOLERANCE = 1e-4;

/** The loss of a text, and the gradients of the adapter's weights. */
async function differentiate(
  decoder: Decoder,
  text: readonly number[],
): Promise<{ loss: number; gradients: ReadonlyMap<string, Float32Array> }> {
  const length = paddedLength(text.length, decoder.architecture.context);
  const graph = new Graph();
  const tokens = graph.input("tokens", [length], "int64");
  const targets = graph.input("targets", [length], "int64");
  const mask = graph.input("mask", [length]);
  const built = buildDecoder(graph, decoder, tokens);
  const loss = graph.sum(graph.crossEntropy(built.logits, targets, mask));
  graph.output("loss", loss);
  const names = [...built.adapter.keys()];
  graph.gradients(loss, [...built.adapter.values()]).forEach((gradient, i) => graph.output(`of ${names[i]}`, gradient));
  const session = await openSession(graph, [tokens, targets, mask, ...built.inputs]);
  const example = layOutText(text, length);
  const results = await session.run({
    tokens: example.inputs,
    targets: example.targets,
    mask: example.mask,
    ...built.feeds,
  });
  await session.release();
  return { loss: results["loss"]![0]!, gradients: new Map(names.map((name) => [name, results[`of ${name}`]!])) };
}

async function losses(decoder: Decoder, texts: readonly number[][]): Promise<number[]> {
  const list: number[] = [];
  for (const text of texts) list.push((await differentiate(decoder, text)).loss);
  return list;
}

function expectLosses(found: readonly number[], expected: readonly number[]): void {
  found.forEach((loss, row) =>
    expect(Math.abs(loss / expected[row]! - 1), `text ${row}: ${loss}, expected ${expected[row]}`).to.be.below(
      TOLERANCE,
    ),
  );
}

for (const name of ["gpt2", "llama", "qwen2", "qwen3"]) {
  describe(`a ${name} from a folder`, () => {
    const folder = join(FIXTURES, name);
    const expected = expectedOf(name);

    it("has the losses of transformers", async () => {
      expectLosses(await losses(loadDecoder({ model: folder }), expected.tokens), expected.losses);
    });

    it("has PEFT's losses and PyTorch's gradient of every weight of its adapter", async () => {
      const decoder = loadDecoder({ model: folder, adapter: join(folder, "adapter") });
      expectLosses(await losses(decoder, expected.tokens), expected.adaptedLosses);
      const { tensors } = loadTensors(join(folder, "gradients.safetensors"));
      let compared = 0;
      for (const [row, text] of expected.tokens.entries()) {
        const { gradients } = await differentiate(decoder, text);
        for (const [weight, gradient] of gradients) {
          const reference = tensors.get(`${row} base_model.model.${weight}.weight`);
          if (reference === undefined) continue;
          expect(relativeError(gradient, reference), `text ${row}, ${weight}`).to.be.below(TOLERANCE);
          compared++;
        }
      }
      expect(compared).to.equal(tensors.size);
    });
  });
}

describe("rotary positions", () => {
  const expected = expectedOf("llama");
  let folder: string;
  beforeEach(() => {
    folder = copyOf("llama");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const withRotation = (settings: object): Decoder => {
    changeSettings(join(folder, "config.json"), { rope_parameters: undefined, ...settings });
    return loadDecoder({ model: folder });
  };

  for (const [title, { parameters, losses: reference }] of Object.entries(expected.rotations)) {
    it(`of kind ${title} give the losses of transformers`, async () => {
      expectLosses(await losses(withRotation({ rope_parameters: parameters }), expected.tokens), reference);
    });
  }

  it("are read from the settings' former names too", async () => {
    const { rope_theta: theta, factor } = expected.rotations["linear"]!.parameters as Record<string, number>;
    const decoder = withRotation({ rope_theta: theta, rope_scaling: { type: "linear", factor } });
    expectLosses(await losses(decoder, expected.tokens), expected.rotations["linear"]!.losses);
  });

  it("of another kind are refused by name", () => {
    expect(() => withRotation({ rope_scaling: { rope_type: "yarn", factor: 4 } })).to.throw(
      `${join(folder, "config.json")}, rope_scaling: rope_type is "yarn"; supported: default, linear, llama3`,
    );
  });
});
