// The models that transformers and PEFT wrote, with what PyTorch computes for them (reference/gradients.py).
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Array32 } from "../../numerics/safetensors.ts";

export const FIXTURES = fileURLToPath(new URL("../../../reference/fixtures", import.meta.url));

export interface Expected {
  texts: string[];
  tokens: number[][];
  losses: number[];
  adaptedLosses: number[];
  rotations: Record<string, { parameters: object; losses: number[] }>;
}

export function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(join(FIXTURES, name, "expected.json"), "utf8")) as Expected;
}

/** A copy of a model's folder, to be damaged. */
export function copyOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "tributary-decoder-"));
  cpSync(join(FIXTURES, name), folder, { recursive: true });
  return folder;
}

/** Changes settings of a JSON file; undefined removes one. */
export function changeSettings(path: string, changes: Record<string, unknown>): void {
  const settings = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...settings, ...changes }));
}

/** ‖a − b‖ / ‖b‖. */
export function relativeError(a: Float32Array, { data: b }: Array32): number {
  let [difference, size] = [0, 0];
  b.forEach((value, i) => {
    difference += (a[i]! - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}
