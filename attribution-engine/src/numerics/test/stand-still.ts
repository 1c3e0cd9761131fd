// Lets a process that is to be killed stand still for a moment, so that whoever kills it comes in time.

export function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
