/** What a graph runs on. */

/**
 * `cpu`: the pinned processor backend, of which every bit is the same on one kind of processor; `webgpu`: ONNX Runtime's WebGPU backend, whose results
 * agree with the other's by a tolerance only.
 */
export type Device = "cpu" | "webgpu";

export const DEVICES: readonly Device[] = ["cpu", "webgpu"];
