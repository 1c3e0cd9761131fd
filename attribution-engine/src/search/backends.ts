// The ways of searching by name, and the choice of a fast one that proves exact on this machine.
import type { BackendName, SearchBackend } from "./backend.ts";
import { createRandom } from "../numerics/random.ts";
import { checkExact, secondsOfTrial } from "./self-test.ts";
import { wasmBackend } from "./wasm-backend.ts";

/** A way of searching, or `auto`: {@link chosenOf} those that pass their self-test. */
export type BackendChoice = BackendName | "auto";

/** Makes a way of searching ready, and rejects with the reason where the machine lacks what it needs. */
type Opening = () => Promise<SearchBackend>;

/** The fastest first, as far as is known. */
const OPENINGS: ReadonlyMap<BackendName, Opening> = new Map<BackendName, Opening>([
  ["gpu", async () => (await import("./gpu/gpu-backend.ts")).openGpuBackend()],
  ["vnni", async () => (await import("./ort-backend.ts")).vnniBackend],
  ["u8u8", async () => (await import("./ort-backend.ts")).u8u8Backend],
  ["wasm", async () => wasmBackend],
]);

export const BACKEND_NAMES: readonly BackendName[] = [...OPENINGS.keys()];

export const BACKEND_CHOICES: readonly BackendChoice[] = ["auto", ...BACKEND_NAMES];

/** Coordinate products below which loading ONNX Runtime and testing it would take longer than WebAssembly takes for all. */
const LEAST_PRODUCTS = 2 ** 34;

/** A trial that took so many times as long tells a way of searching that is slower. */
const CLEARLY = 2;

/** What was found out about a way of searching. */
export interface Trial {
  readonly name: BackendName;
  /** Why it is not used; undefined if it is exact. */
  readonly failure: string | undefined;
  /** Of the trial run; undefined if it failed, or is not for `auto`. */
  readonly seconds: number | undefined;
}

const tested = new Map<BackendName, Promise<Trial>>();

/** Tests a way of searching, once per process. */
export function tryBackend(name: BackendName): Promise<Trial> {
  let trial = tested.get(name);
  if (trial === undefined) tested.set(name, (trial = runTrial(name)));
  return trial;
}

async function runTrial(name: BackendName): Promise<Trial> {
  try {
    const backend = await openBackend(name);
    const random = createRandom(1, "search self-test");
    if (backend !== wasmBackend) await checkExact(backend, wasmBackend, random);
    const seconds = backend.isEmulated === true ? undefined : await secondsOfTrial(backend, random);
    return { name, failure: undefined, seconds };
  } catch (error) {
    return { name, failure: error instanceof Error ? error.message : String(error), seconds: undefined };
  }
}

/** The way of searching of that name, untested. */
export async function openBackend(name: BackendName): Promise<SearchBackend> {
  const opening = OPENINGS.get(name);
  if (opening === undefined) {
    throw new Error(`no search backend ${name}; there are ${BACKEND_CHOICES.join(", ")}`);
  }
  return opening();
}

/**
 * The way of searching to use: the one named, or for `auto` one that is exact here ({@link chosenOf}; WebAssembly where the work is small).
 * @param products coordinate products that the whole search takes: queries · records · k.
 * @param without those that `auto` leaves out
 * @throws Error if the one named fails its self-test.
 */
export async function chooseBackend(
  choice: BackendChoice,
  products: number,
  without: readonly BackendName[] = [],
): Promise<SearchBackend> {
  if (choice === "wasm" || (choice === "auto" && products < LEAST_PRODUCTS)) return wasmBackend;
  if (choice !== "auto") {
    const { failure } = await tryBackend(choice);
    if (failure !== undefined) throw new Error(`search backend ${choice} can't be used here: ${failure}`);
    return openBackend(choice);
  }
  const trials: Trial[] = [];
  for (const name of OPENINGS.keys()) {
    if (without.includes(name)) continue;
    const backend = await openBackend(name).catch(() => undefined);
    if (backend !== undefined && backend.isEmulated !== true) trials.push(await tryBackend(name));
  }
  return openBackend(chosenOf(trials) ?? "wasm");
}

/**
 * The first that is exact and not clearly slower than the fastest, in the order given, which is of expected speed: a trial is short, and whatever else the machine
 * does then may make one take longer than it would.
 */
export function chosenOf(trials: readonly Trial[]): BackendName | undefined {
  const usable = trials.flatMap(({ name, seconds }) => (seconds === undefined ? [] : [{ name, seconds }]));
  const least = Math.min(...usable.map(({ seconds }) => seconds));
  return usable.find(({ seconds }) => seconds <= CLEARLY * least)?.name;
}
