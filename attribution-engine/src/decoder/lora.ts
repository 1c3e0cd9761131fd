/** A LoRA adapter as PEFT stores it: adapter_config.json and adapter_model.safetensors (Hu et al. 2021). */
import { join } from "node:path";
import type { Array32 } from "../numerics/safetensors.ts";
import type { Architecture, LinearLayer } from "./architecture.ts";
import { openWeightFile, type WeightStore } from "./checkpoint-folder.ts";
import { readSettings, type Settings } from "./settings.ts";

export const ADAPTER_CONFIG = "adapter_config.json";
export const ADAPTER_WEIGHTS = "adapter_model.safetensors";

/** y = xW + scale · (x·Aᵀ)·Bᵀ on some linear layers. */
export interface Lora {
  readonly rank: number;
  readonly scale: number;
  /** Adapted layers, in the order of the model. */
  readonly layers: readonly string[];
  /** `<layer>.lora_A` [rank, inputs] and `<layer>.lora_B` [outputs, rank], layer by layer. */
  readonly weights: ReadonlyMap<string, Array32>;
}

/** Settings that change no gradient of a finished adapter, or are read below. Whatever else is set is refused. */
const READ = new Set([
  "auto_mapping",
  "base_model_name_or_path",
  "bias",
  "exclude_modules",
  "fan_in_fan_out",
  "inference_mode",
  "init_lora_weights",
  "layers_pattern",
  "layers_to_transform",
  "lora_alpha",
  "lora_dropout",
  "megatron_core",
  "peft_type",
  "peft_version",
  "qalora_group_size",
  "r",
  "revision",
  "target_modules",
  "task_type",
  "use_rslora",
]);

const WEIGHT = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;
/** The copy of an adapted head that PEFT stores beside its adapter. */
const BASE_COPY = /^base_model\.model\.(.+)\.base_layer\.weight$/;

/**
 * Reads an adapter of a model.
 * @param base the model's weights, to compare copies of them with.
 * @throws naming the file, and the setting or tensor that is missing, does not fit or is not supported.
 */
export function loadLora(folder: string, architecture: Architecture, base: (name: string) => Array32): Lora {
  const config = readSettings(folder, ADAPTER_CONFIG);
  config.choice("peft_type", ["LORA"]);
  for (const name of Object.keys(config.values)) if (!READ.has(name)) config.refuse(name);
  config.choice("bias", ["none"], "none");
  const start = config.values["init_lora_weights"] ?? true;
  // The others change the base model's weights when training starts.
  if (typeof start !== "boolean" && start !== "gaussian")
    throw config.refusal("init_lora_weights", "supported: true, false, gaussian");
  const rank = config.size("r");
  const alpha = config.positive("lora_alpha");
  const scale = alpha / (config.flag("use_rslora", false) ? Math.sqrt(rank) : rank);

  const store = openWeightFile(join(folder, ADAPTER_WEIGHTS));
  const adapted = adaptedLayers(store, architecture, base);
  checkTargets(config, adapted);
  const layers = architecture.linears.filter(({ name }) => adapted.has(name));
  const weights = new Map(
    layers.flatMap(({ name, inputs, outputs }) => [
      [`${name}.lora_A`, store.read(`base_model.model.${name}.lora_A.weight`, [rank, inputs])],
      [`${name}.lora_B`, store.read(`base_model.model.${name}.lora_B.weight`, [outputs, rank])],
    ]),
  );
  return { rank, scale, layers: layers.map(({ name }) => name), weights };
}

function adaptedLayers(
  store: WeightStore,
  { linears }: Architecture,
  base: (name: string) => Array32,
): ReadonlySet<string> {
  const known = new Map<string, LinearLayer>(linears.map((layer) => [layer.name, layer]));
  const adapted = new Set<string>();
  for (const name of store.names) {
    const layer = WEIGHT.exec(name)?.[1];
    const copied = BASE_COPY.exec(name)?.[1];
    const found = known.get(layer ?? copied ?? "");
    if (found === undefined)
      throw new Error(`${store.fileOf(name)}: tensor ${name} is not of a LoRA adapter on a linear layer of the model`);
    if (layer !== undefined) {
      adapted.add(layer);
      continue;
    }
    const original = base(`${found.name}.weight`);
    const copy = store.read(name, original.shape);
    if (copy.data.some((value, i) => value !== original.data[i]))
      throw new Error(`${store.fileOf(name)}: tensor ${name} differs from the model's; was the model changed?`);
  }
  if (adapted.size === 0) throw new Error(`${store.files.join()}: no LoRA weights`);
  return adapted;
}

/** What is in the file decides which layers are adapted; a target that none of them is means that they do not belong together. */
function checkTargets(config: Settings, adapted: ReadonlySet<string>): void {
  const targets = config.values["target_modules"];
  if (!Array.isArray(targets)) return;
  for (const target of targets) {
    const isAdapted = [...adapted].some((name) => name === target || name.endsWith(`.${String(target)}`));
    if (!isAdapted) throw config.refusal("target_modules", `${String(target)} has no weights in ${ADAPTER_WEIGHTS}`);
  }
}
