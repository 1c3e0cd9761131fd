/** Runs a built graph on the pinned ONNX Runtime CPU backend. */
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import type { Device } from "./device.ts";
import type { Graph, Tensor } from "./graph.ts";

/** A feed for one input of a session. */
export type Feed = Float32Array | BigInt64Array;

/** A graph compiled for one shape, ready to run. */
export interface Session {
  /** Runs the graph. `feeds` are keyed by input name; results are keyed by output name. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/**
 * Compiles `graph`.
 * @param inputs every input of the graph, for the shapes of its feeds.
 * @param threads threads inside one operation; 1 gives the same bits everywhere on one kind of CPU.
 * @param keepsMemory whether memory is kept from run to run, which is faster, and for a large model more than there is.
 * @param device the one that the graph was built for.
 * @throws naming the device where this machine has none.
 */
export async function openSession(
  graph: Graph,
  inputs: readonly Tensor[],
  threads = 1,
  keepsMemory = true,
  device: Device = "cpu",
): Promise<Session> {
  const session = await createSession(graph, device, {
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    enableCpuMemArena: keepsMemory,
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  return {
    async run(feeds) {
      const tensors: Record<string, RuntimeTensor> = {};
      for (const { name, shape, type } of inputs) {
        const feed = feeds[name];
        if (feed === undefined) throw new Error(`graph input ${name} was not fed`);
        tensors[name] = new RuntimeTensor(type, feed, [...shape]);
      }
      const results = await session.run(tensors);
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, value.data as Float32Array]));
    },
    release: () => session.release(),
  };
}

async function createSession(
  graph: Graph,
  device: Device,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(graph.toBytes(), { ...options, executionProviders: [device] });
  } catch (cause) {
    if (device === "cpu") throw cause;
    throw new Error(`no session on ${device}: ${(cause as Error).message}; install a Vulkan driver or use the cpu`, {
      cause,
    });
  }
}
