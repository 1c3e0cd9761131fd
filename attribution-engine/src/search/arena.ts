// Lays out buffers one behind another in a WebAssembly memory.

/** Addresses are 16-byte aligned. Views of the memory must be made after the last `take`, since growing detaches earlier ones. */
export interface Arena {
  take(bytes: number): number;
}

/** An arena above `base`; the memory grows as buffers are taken and is never given back. */
export function createArena(memory: WebAssembly.Memory, base: number): Arena {
  let next = align(base);
  return {
    take(bytes) {
      const at = next;
      next = align(at + bytes);
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      return at;
    },
  };
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
