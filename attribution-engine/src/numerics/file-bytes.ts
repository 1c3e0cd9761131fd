/** Reads parts of files without reading the whole. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that are read piece by piece. */
export interface ByteSource {
  /** What error messages call it, usually the file's path. */
  readonly name: string;
  readonly size: number;
  /** The bytes `start … start + length − 1`. */
  read(start: number, length: number): Uint8Array;
}

/** Bytes of a file, which can also be read to where they are wanted. */
export interface FileSource extends ByteSource {
  /** Reads the bytes from `start` on, as many as `into` has. */
  readInto(start: number, into: Uint8Array): void;
}

/** Bytes in memory. */
export function memoryBytes(name: string, bytes: Uint8Array): ByteSource {
  // A Buffer's slices are views, those of what is read are copies.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return { name, size: bytes.length, read: (start, length) => plain.subarray(start, start + length) };
}

/** The bytes of the file at `path`. Opened for each read, so that nothing stays open. @throws if there is no such file. */
export function fileBytes(path: string): FileSource {
  const withFile = <Result>(use: (descriptor: number) => Result): Result => {
    const descriptor = openSync(path, "r");
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const readInto = (start: number, into: Uint8Array): void =>
    withFile((descriptor) => {
      for (let done = 0; done < into.length;) {
        const read = readSync(descriptor, into, done, Math.min(into.length - done, MOST_PER_READ), start + done);
        if (read === 0) throw new Error(`${path}: ends at byte ${start + done}; it was cut while it was read`);
        done += read;
      }
    });
  return {
    name: path,
    size: withFile((descriptor) => fstatSync(descriptor).size),
    read(start, length) {
      const bytes = new Uint8Array(length);
      readInto(start, bytes);
      return bytes;
    },
    readInto,
  };
}

/** One system call reads less than 2 GiB. */
const MOST_PER_READ = 2 ** 30;
