// Loads the WebAssembly module of exact int8 dot products, compiled from `assembly/dot.ts`.
import { readFile } from "node:fs/promises";

/** What `assembly/dot.ts` exports; addresses and sizes are bytes, signed or unsigned 32-bit integers as there. */
export interface DotExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  scratchBytes(k: number, rows: number): number;
  listBytes(topK: number): number;
  widen(from: number, to: number, n: number): void;
  flip(at: number, n: number): void;
  scan(
    vectors: number,
    count: number,
    base: number,
    scales: number,
    novelties: number,
    weights: number,
    rowsAt: number,
    rows: number,
    k: number,
    topK: number,
    lists: number,
    scratch: number,
  ): void;
  readLimits(lists: number, topK: number, queries: number, width: number, limits: number): void;
  select(
    products: number,
    count: number,
    base: number,
    scales: number,
    novelties: number,
    weights: number,
    width: number,
    topK: number,
    lists: number,
    limits: number,
  ): void;
  novelty(
    vectors: number,
    count: number,
    base: number,
    squares: number,
    signatures: number,
    rowsAt: number,
    rows: number,
    rowBase: number,
    rowSquares: number,
    rowSignatures: number,
    k: number,
    tau: number,
    delta: number,
    mostDiffering: number,
    state: number,
    scratch: number,
  ): void;
}

const LOCATION = new URL("../../wasm/dot.wasm", import.meta.url);

let compiled: Promise<WebAssembly.Module> | undefined;

/** The compiled module, once per process; it can be posted to worker threads. */
export function loadDotModule(): Promise<WebAssembly.Module> {
  compiled ??= readFile(LOCATION).then(
    (bytes) => WebAssembly.compile(bytes),
    (cause: unknown) => {
      throw new Error("attribution-engine/wasm/dot.wasm is missing: run `npm run build:wasm`", { cause });
    },
  );
  return compiled;
}

/** A fresh instance with its own memory. */
export function instantiateDot(module: WebAssembly.Module): DotExports {
  return new WebAssembly.Instance(module, {}).exports as unknown as DotExports;
}
