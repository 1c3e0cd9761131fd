// What a stage of the engine's command is: a function over the files of a work folder.

import { statSync } from "node:fs";
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { DEVICES, type Device } from "../numerics/device.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import { UsageError } from "./usage-error.ts";

export interface StageOptions {
  /** Folder of the base model; the one that ships with the engine by default. */
  base?: string | undefined;
  /** Worker threads; changes no byte of any result. */
  workers?: string | undefined;
  /** Redis or Valkey server by which work is spread over machines; this machine alone by default. */
  queue?: string | undefined;
  /** What those machines share: a folder or an S3 bucket. */
  store?: string | undefined;
  /** What computes gradients: `cpu` by default, or `webgpu`, for stages that take it. */
  device?: string | undefined;
  rpc?: string | undefined;
  /** Deployment file. */
  deployment?: string | undefined;
  /** Chain id, where a stage needs no connection to the chain. */
  chain?: string | undefined;
  version?: string | undefined;
  settlement?: string | undefined;
  /** File of receipts as rows, as a gateway hands them over. */
  receipts?: string | undefined;
  /** Hash of a receipt. */
  receipt?: string | undefined;
  epoch?: string | undefined;
  /** Number of a proposal in its epoch; the first by default. */
  proposal?: string | undefined;
  calls?: string | undefined;
  /** Training records that are kept of the corpus; all by default. */
  records?: string | undefined;
  contributors?: string | undefined;
  /** Folder of a decoder as Hugging Face's libraries write it. */
  model?: string | undefined;
  /** Folder of its LoRA adapter. */
  adapter?: string | undefined;
  /** File of texts, JSON lines or Parquet; the corpus by default. */
  texts?: string | undefined;
  /** File of features, .npy or safetensors, a row per record or call. */
  features?: string | undefined;
  /** Tensor of --features, where the file has several. */
  tensor?: string | undefined;
  /** Coordinates of a sketch, where its method is not the main job's. */
  k?: string | undefined;
  /** Share of the records whose sketches count in full size; all by default. */
  "size-limit"?: string | undefined;
  /** File of an answer, or `-` for standard input. */
  answer?: string | undefined;
  /** Backend of the search, `auto` by default; changes no byte of any result. */
  search?: string | undefined;
  /** MiB of sketches that the search holds at a time. */
  memory?: string | undefined;
  /** Bytes that a span has at least. */
  "min-bytes"?: string | undefined;
  /** Records that are listed of a span at most. */
  listed?: string | undefined;
  /** Whether what is built is published and not committed. */
  "build-only"?: boolean | undefined;
}

export interface StageContext {
  /** Folder that the stages share. */
  work: string;
  options: StageOptions;
  onProgress(done: number, total: number): void;
  /** Workers on other machines, where there are; stages that spread their work give it to them. */
  shards?: ShardRunner | undefined;
}

export interface Stage {
  about: string;
  /** Whether it takes `--queue` and `--store`. */
  spreads?: boolean;
  /** Whether it takes `--device`: not where what is made is signed, or compared with what others make. */
  takesDevice?: boolean;
  /** Resolves with what is printed: a JSON object, amounts as decimal strings. */
  run(context: StageContext): Promise<object>;
}

/** @throws UsageError if `--device` is none, or the stage takes none. */
export function checkDevice(name: string, { takesDevice = false }: Stage, { device }: StageOptions): void {
  if (device === undefined || device === "cpu") return;
  if (!DEVICES.includes(device as Device))
    throw new UsageError(`--device is ${device}; it must be one of ${DEVICES.join(", ")}`);
  if (!takesDevice)
    throw new UsageError(
      `${name} computes on the pinned cpu alone: what it makes is signed, or compared with what others make; leave out --device ${device}`,
    );
}

export function deviceOf({ options }: StageContext): Device {
  return (options.device ?? "cpu") as Device;
}

const DEFAULT_WORKERS = 2;

export function workersOf(context: StageContext): number {
  const { workers } = context.options;
  return workers === undefined ? DEFAULT_WORKERS : integerOf(workers, "--workers");
}

/** The workers that a stage's vectors are made by. */
export function poolOf(context: StageContext): PoolOptions {
  return { workers: workersOf(context), shards: context.shards, onProgress: context.onProgress };
}

/** A whole number of at least 1. @throws UsageError that names the option. */
export function integerOf(value: string | undefined, option: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UsageError(`${option} is ${value ?? "missing"}; must be a whole number from 1`);
  return number;
}

/** @throws UsageError if the option is missing */
export function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

/** The path of a file to be read. @throws Error that names option and path where there is none, or a folder. */
export function inputFile(value: string | undefined, option: string): string {
  const path = required(value, option);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`${option} ${path}: there is no such file`);
  if (found.isDirectory()) throw new Error(`${option} ${path}: a folder, not a file`);
  return path;
}
