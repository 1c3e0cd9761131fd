// Opens a GPU through WebGPU (Dawn, npm `webgpu`), and says why there is none or why it failed.
import { setTimeout } from "node:timers/promises";
import type * as webgpu from "webgpu";
import { MATRIX, MATRIX_SUBGROUP } from "./matrix-shader.ts";

/** There is no GPU that can search; the message says why and what to do. */
export class GpuUnavailableError extends Error {
  override readonly name = "GpuUnavailableError";
}

/** The GPU failed at work; nothing it returned after the failure was used. */
export class GpuFailedError extends Error {
  override readonly name = "GpuFailedError";
}

/** An open GPU. */
export interface GpuDevice {
  readonly device: GPUDevice;
  /** As the driver calls it. */
  readonly name: string;
  /** Whether square tiles are scored by subgroup matrices. */
  readonly hasMatrices: boolean;
  /** Whether the "GPU" is a program on the CPU, which is exact but slower than the CPU's own search. */
  readonly software: boolean;
  /** Whether it failed at something; it is not to be used any more. */
  readonly failed: boolean;
  /** Runs allocations and throws if one of them failed; `what` names them. `work` must not wait for anything. */
  allocate<T>(what: string, work: () => T): Promise<T>;
  /** The result of waiting for the device; throws if the device was lost or an earlier command failed. */
  settle<T>(work: Promise<T>): Promise<T>;
  close(): void;
}

/** Names of drivers that compute on the CPU, for those that do not report it. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

const MATRIX_FEATURE = "chromium-experimental-subgroup-matrix" as GPUFeatureName;

/** Limits that the search asks for in full; all others stay at WebGPU's defaults. */
const LIMITS = ["maxBufferSize", "maxStorageBufferBindingSize", "maxComputeWorkgroupStorageSize"] as const;

/**
 * Every index in the kernels is in range by its construction, and workgroup memory is written before it is read, so neither is checked
 * or cleared for us: both would stand in the innermost loop.
 */
const FEATURES = ["disable_robustness", "disable_workgroup_init"];

/** How a GPU is opened. */
export interface GpuOptions {
  /** Dawn's own options, such as `backend=vulkan` or `adapter=…`. */
  readonly dawn?: readonly string[];
  /** Takes 8-bit subgroup matrices (tensor cores), an experiment of Dawn's, for square tiles; false by default. */
  readonly matrices?: boolean;
}

/** How long the reason of a failure is waited for. */
const REASON_MILLISECONDS = 100;

/** Held for the life of the process: Dawn crashes when it is collected while anything of it is in use. */
const instances = new Map<string, GPU>();

/**
 * Opens the fastest GPU.
 * Throws `GpuUnavailableError` if the module does not load, there is no adapter, or it lacks packed integer dot products or the matrices
 * that were asked for.
 */
export async function openGpu(options: GpuOptions = {}): Promise<GpuDevice> {
  const matrices = options.matrices ?? false;
  const features = matrices ? [...FEATURES, "allow_unsafe_apis"] : FEATURES;
  const gpu = await instance([...(options.dawn ?? []), `enable-dawn-features=${features.join(",")}`]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch((cause: unknown) => {
    throw new GpuUnavailableError("no GPU: Dawn found no backend or adapter as its options ask for", { cause });
  });
  if (adapter === null) {
    throw new GpuUnavailableError(
      "no GPU: no Vulkan, Metal or Direct3D driver offers an adapter (on Linux, is libvulkan1 installed?)",
    );
  }
  const { info } = adapter;
  const name =
    info.description.length > 0 && !info.device.includes(info.description)
      ? `${info.device} (${info.description})`
      : info.device;
  if (!gpu.wgslLanguageFeatures.has("packed_4x8_integer_dot_product")) {
    throw new GpuUnavailableError(`the GPU ${name} has no packed 8-bit integer dot products`);
  }
  if (matrices && !offersMatrices(adapter)) {
    throw new GpuUnavailableError(`the GPU ${name} has no 8-bit subgroup matrices of 16 × 16 × 32`);
  }
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    requiredFeatures: matrices ? ["subgroups", MATRIX_FEATURE] : [],
  });
  let failure: GpuFailedError | undefined;
  let closed = false;
  const lost = device.lost.then((reason) => {
    if (!closed) failure ??= new GpuFailedError(`the GPU ${name} was lost: ${reason.message}`);
  });
  device.addEventListener("uncapturederror", (event) => {
    failure ??= new GpuFailedError(`the GPU ${name} failed: ${(event as GPUUncapturedErrorEvent).error.message}`);
  });
  const check = (): void => {
    if (failure !== undefined) throw failure;
  };

  return {
    device,
    name,
    hasMatrices: matrices,
    software: info.isFallbackAdapter || SOFTWARE.test(`${info.architecture} ${name}`),

    get failed() {
      return failure !== undefined;
    },

    async allocate(what, work) {
      check();
      const scopes = ["validation", "out-of-memory", "internal"] as const;
      for (const scope of scopes) device.pushErrorScope(scope);
      const made = work();
      const errors = await Promise.all(scopes.map(() => device.popErrorScope()));
      check();
      const error = errors.find((each) => each !== null);
      if (error !== null && error !== undefined)
        throw new GpuFailedError(`the GPU ${name} cannot hold ${what}; give the search less memory: ${error.message}`);
      return made;
    },

    async settle(work) {
      try {
        const done = await work;
        check();
        return done;
      } catch (cause) {
        // The reason may come after the failure that it explains.
        await Promise.race([lost, setTimeout(REASON_MILLISECONDS)]);
        check();
        throw new GpuFailedError(`the GPU ${name} failed`, { cause });
      }
    },

    close() {
      closed = true;
      device.destroy();
    },
  };
}

/** What an adapter's information says of its matrices; not yet in WebGPU's types. */
interface MatrixInfo {
  readonly subgroupMatrixConfigs?: readonly Record<keyof typeof MATRIX, unknown>[];
}

function offersMatrices({ features, info }: GPUAdapter): boolean {
  const { subgroupMatrixConfigs: shapes = [] } = info as MatrixInfo;
  const names = Object.keys(MATRIX) as (keyof typeof MATRIX)[];
  const hasSize = info.subgroupMinSize === MATRIX_SUBGROUP && info.subgroupMaxSize === MATRIX_SUBGROUP;
  const hasShape = shapes.some((shape) => names.every((name) => shape[name] === MATRIX[name]));
  return features.has(MATRIX_FEATURE) && hasSize && hasShape;
}

async function instance(dawnOptions: readonly string[]): Promise<GPU> {
  const key = dawnOptions.join("\n");
  const open = instances.get(key);
  if (open !== undefined) return open;
  let module: typeof webgpu;
  try {
    module = await import("webgpu");
  } catch (cause) {
    throw new GpuUnavailableError(`no GPU: the module webgpu does not load on ${process.platform}-${process.arch}`, {
      cause,
    });
  }
  Object.assign(globalThis, module.globals);
  const gpu = module.create([...dawnOptions]);
  instances.set(key, gpu);
  return gpu;
}
