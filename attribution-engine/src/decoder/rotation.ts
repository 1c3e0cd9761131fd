/** Rotary positions (Su et al. 2021), as Llama and Qwen models use them. */
import { Settings } from "./settings.ts";

/** Of each pair of dimensions of a head, by how much it turns from one position to the next. */
export type Frequencies = Float64Array;

const DEFAULT_THETA = 10_000;

/**
 * Reads the rotation from `rope_parameters`, or from `rope_theta` and `rope_scaling` as they were called before.
 * @throws naming a kind of scaling that is not supported.
 */
export function frequenciesOf(config: Settings, headWidth: number): Frequencies {
  const rotation = config.part("rope_parameters") ?? config.part("rope_scaling") ?? new Settings(config.file, {});
  const theta = rotation.positive("rope_theta", config.positive("rope_theta", DEFAULT_THETA));
  for (const settings of [config, rotation])
    if (settings.positive("partial_rotary_factor", 1) !== 1)
      throw settings.refusal("partial_rotary_factor", "only whole heads are rotated here");
  const plain = Float64Array.from({ length: headWidth / 2 }, (_, i) => theta ** ((-2 * i) / headWidth));
  const kindName = rotation.values["rope_type"] === undefined ? "type" : "rope_type";
  switch (rotation.choice(kindName, ["default", "linear", "llama3"], "default")) {
    case "default":
      return plain;
    case "linear": {
      const factor = rotation.positive("factor");
      return plain.map((frequency) => frequency / factor);
    }
    case "llama3":
      return llama3(rotation, plain);
  }
}

/** Llama 3.1's: slow turns are slowed by `factor`, fast ones are kept, and those between are mixed. */
function llama3(rotation: Settings, plain: Frequencies): Frequencies {
  const factor = rotation.positive("factor");
  const low = rotation.positive("low_freq_factor");
  const high = rotation.positive("high_freq_factor");
  const context = rotation.positive("original_max_position_embeddings");
  return plain.map((frequency) => {
    const turns = (context * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return (1 - kept) * (frequency / factor) + kept * frequency;
  });
}

/** Cosines or sines of all positions, row-major [length, 2 · frequencies], the frequencies twice, as the halves of a head are paired. */
export function rotationTable(frequencies: Frequencies, length: number, wave: (angle: number) => number): Float32Array {
  const half = frequencies.length;
  return Float32Array.from({ length: length * 2 * half }, (_, n) => {
    const [position, i] = [Math.floor(n / (2 * half)), n % half];
    return wave(position * frequencies[i]!);
  });
}
