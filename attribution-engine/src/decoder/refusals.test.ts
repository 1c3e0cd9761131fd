// What is damaged or not supported in a model's or an adapter's files is refused by name.
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { loadTensors, saveTensors, type Array32 } from "../numerics/safetensors.ts";
import { loadDecoder } from "./decoder.ts";
import { changeSettings, copyOf } from "./test/fixtures.ts";

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const copy = (name: string) => (): void => {
  folder = copyOf(name);
};
const remove = (): void => rmSync(folder, { recursive: true });

/** Rewrites a tensor file. */
function changeTensors(path: string, change: (tensors: Map<string, Array32>) => void): void {
  const { tensors, metadata } = loadTensors(path);
  const changed = new Map(tensors);
  change(changed);
  saveTensors(path, { tensors: changed, metadata });
}

describe("a model's settings", () => {
  const settings: [string, string, unknown][] = [
    ["llama", "model_type", "mamba"],
    ["llama", "hidden_act", "mish"],
    ["llama", "hidden_size", 0],
    ["llama", "rms_norm_eps", -1],
    ["llama", "tie_word_embeddings", "yes"],
    ["llama", "num_key_value_heads", 3],
    ["llama", "head_dim", 5],
    ["llama", "partial_rotary_factor", 0.5],
    ["llama", "quantization_config", { bits: 4 }],
    ["qwen2", "use_sliding_window", true],
    ["gpt2", "scale_attn_weights", false],
    ["gpt2", "scale_attn_by_inverse_layer_idx", true],
    ["gpt2", "add_cross_attention", true],
    ["gpt2", "n_head", 3],
    ["gpt2", "n_layer", undefined],
  ];
  for (const [name, setting, value] of settings) {
    it(`of a ${name} are refused where ${setting} is ${JSON.stringify(value)}`, () => {
      copy(name)();
      changeSettings(at("config.json"), { [setting]: value });
      const said = value === undefined ? "missing" : JSON.stringify(value);
      expect(() => loadDecoder({ model: folder })).to.throw(`${at("config.json")}: ${setting} is ${said}; `);
      remove();
    });
  }
});

describe("a model's weights", () => {
  beforeEach(copy("llama"));
  afterEach(remove);
  const load = () => loadDecoder({ model: folder });
  const shard = (): string => at("model-00002-of-00003.safetensors");
  const norm = "model.norm.weight";

  it("are refused where a shard is missing or cut", () => {
    truncateSync(shard(), 4000);
    expect(load).to.throw(/00002-of-00003\.safetensors: tensor .* truncated/);
    rmSync(shard());
    expect(load).to.throw(`${shard()} is missing`);
  });

  it("are refused where one is not finite", () => {
    changeTensors(shard(), (tensors) => (tensors.get(norm)!.data[3] = NaN));
    expect(load).to.throw(`${shard()}: tensor ${norm} holds NaN at 3`);
  });

  it("are refused where one has another shape", () => {
    changeTensors(shard(), (tensors) => tensors.set(norm, { shape: [8], data: new Float32Array(8) }));
    expect(load).to.throw(`${shard()}: tensor ${norm} is [8], expected [16]`);
  });

  it("are refused where one is missing from its shard or from the index", () => {
    changeTensors(shard(), (tensors) => tensors.delete(norm));
    expect(load).to.throw(`${shard()}: tensor ${norm} is missing`);
    const index = at("model.safetensors.index.json");
    const { weight_map: map } = JSON.parse(readFileSync(index, "utf8")) as { weight_map: Record<string, string> };
    const { [norm]: _, ...others } = map;
    writeFileSync(index, JSON.stringify({ weight_map: others }));
    expect(load).to.throw(`${index}: tensor ${norm} is missing`);
    writeFileSync(index, JSON.stringify({ weight_map: { ...map, [norm]: "../elsewhere" } }));
    expect(load).to.throw(`${norm} is "../elsewhere"; must be the name of a file`);
    writeFileSync(index, "{}");
    expect(load).to.throw(`${index}: weight_map is missing`);
  });

  it("are refused where one is of no such model, or of another element type", () => {
    changeSettings(at("config.json"), { num_hidden_layers: 1 });
    expect(load).to.throw(/model\.layers\.1\..* is no weight of such a model/);
    changeSettings(at("config.json"), { num_hidden_layers: 2 });
    writeFileSync(shard(), readFileSync(shard(), "latin1").replaceAll("BF16", "I16 "), "latin1");
    expect(load).to.throw(/00002-of-00003\.safetensors: tensor .* is I16 ; only F64, F32, F16, BF16 are read/);
  });

  it("may lack the prefix, as where only the model without its head was saved", () => {
    remove();
    copy("gpt2")();
    const { weights } = load();
    changeTensors(at("model.safetensors"), (tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        tensors.set(name.replace("transformer.", ""), tensor);
      }
      // Buffers that older versions stored.
      tensors.set("h.0.attn.bias", { shape: [1], data: Float32Array.of(1) });
    });
    expect(load().weights).to.deep.equal(weights);
  });
});

describe("an adapter", () => {
  beforeEach(copy("llama"));
  afterEach(remove);
  const load = () => loadDecoder({ model: folder, adapter: at("adapter") });
  const config = (): string => at("adapter", "adapter_config.json");
  const weights = (): string => at("adapter", "adapter_model.safetensors");
  const HEAD = "base_model.model.lm_head";

  const settings: [string, unknown][] = [
    ["peft_type", "IA3"],
    ["bias", "all"],
    ["use_dora", true],
    ["use_qalora", true],
    ["lora_bias", true],
    ["modules_to_save", ["lm_head"]],
    ["rank_pattern", { q_proj: 4 }],
    ["alpha_pattern", { q_proj: 4 }],
    ["layer_replication", [[0, 2]]],
    ["trainable_token_indices", [3]],
    ["init_lora_weights", "pissa"],
    ["some_future_setting", 7],
    ["target_modules", ["q_proj", "c_attn"]],
    ["r", 0],
  ];
  for (const [setting, value] of settings) {
    it(`is refused where ${setting} is ${JSON.stringify(value)}`, () => {
      changeSettings(config(), { [setting]: value });
      expect(load).to.throw(`${config()}: ${setting} is ${JSON.stringify(value)}; `);
    });
  }

  it("is refused where its rank is not that of its weights", () => {
    changeSettings(config(), { r: 4 });
    expect(load).to.throw(/adapter_model\.safetensors: tensor .* is \[2,16\], expected \[4,16\]/);
  });

  it("is refused where it has weights of another kind or layer, or none", () => {
    changeTensors(weights(), (tensors) =>
      tensors.set(`${HEAD}.lora_embedding_A`, tensors.get(`${HEAD}.lora_A.weight`)!),
    );
    expect(load).to.throw(`tensor ${HEAD}.lora_embedding_A is not of a LoRA adapter on a linear layer`);
    changeTensors(weights(), (tensors) => tensors.clear());
    expect(load).to.throw(`${weights()}: no LoRA weights`);
  });

  it("may carry a copy of the head, if it is the model's", () => {
    const { data, shape } = load().weights.get("lm_head.weight")!;
    changeTensors(weights(), (tensors) => tensors.set(`${HEAD}.base_layer.weight`, { data, shape }));
    expect(load().lora!.layers).to.include("lm_head");
    changeTensors(weights(), (tensors) => (tensors.get(`${HEAD}.base_layer.weight`)!.data[5]! += 1));
    expect(load).to.throw(`tensor ${HEAD}.base_layer.weight differs from the model's`);
  });

  it("is refused where its settings are missing or no JSON", () => {
    writeFileSync(config(), "[1]");
    expect(load).to.throw(`${config()}: no object`);
    writeFileSync(config(), "{");
    expect(load).to.throw(`${config()}: `);
    rmSync(config());
    expect(load).to.throw(`${config()} cannot be read`);
  });
});
