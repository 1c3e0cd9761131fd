// Reads the built files into memory, with their types and their gzipped form.
import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

export interface StaticFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  gzipped?: Uint8Array<ArrayBuffer>;
}

/** By path, which begins with a slash. Files of other types and hidden ones are left out. */
export async function readStaticFiles(folder: string): Promise<Map<string, StaticFile>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !/(^|[/\\])\./.test(name));
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(join(folder, name)));
  const files = await Promise.all(
    names.flatMap((name) => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      return [
        (async (): Promise<[string, StaticFile]> => {
          const gzipped = names.includes(`${name}.gz`) ? { gzipped: await read(`${name}.gz`) } : {};
          return [`/${name.replaceAll(sep, "/")}`, { type, bytes: await read(name), ...gzipped }];
        })(),
      ];
    }),
  );
  return new Map(files);
}
