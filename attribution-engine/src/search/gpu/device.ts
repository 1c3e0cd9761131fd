// Opens a GPU through WebGPU (Dawn, npm `webgpu`), and says why there is none or why it failed.
import type * as webgpu from "webgpu";

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

/** Limits that the search asks for in full; all others stay at WebGPU's defaults. */
const LIMITS = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;

/**
 * Every index in the kernels is in range by its construction, and workgroup memory is written before it is read, so neither is checked
 * or cleared for us: both would stand in the innermost loop.
 */
const DAWN_OPTIONS = ["enable-dawn-features=disable_robustness,disable_workgroup_init"];

/** Held for the life of the process: Dawn crashes when it is collected while anything of it is in use. */
const instances = new Map<string, GPU>();

/**
 * Opens the fastest GPU. `dawnOptions` are Dawn's own (`backend=vulkan`, `adapter=…`, `enable-dawn-features=…`).
 * Throws `GpuUnavailableError` if the module does not load, there is no adapter, or it lacks packed integer dot products.
 */
export async function openGpu(dawnOptions: readonly string[] = DAWN_OPTIONS): Promise<GpuDevice> {
  const gpu = await instance(dawnOptions);
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
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const optional = ["timestamp-query"] as const;
  const device = await adapter.requestDevice({
    requiredLimits,
    requiredFeatures: optional.filter((feature) => adapter.features.has(feature)),
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
        const done = await Promise.race([work, lost.then(() => work)]);
        check();
        return done;
      } catch (cause) {
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
