// The figures of several servers as one text for Prometheus, each with a label that says whose it is.

const TIMEOUT_MILLISECONDS = 2_000;

/** Servers that do not answer are left out: they are being replaced. @param addresses of servers that have `/metrics` */
export async function allMetrics(addresses: readonly string[]): Promise<string> {
  const texts = await Promise.all(addresses.map(metricsAt));
  return labelled(texts);
}

async function metricsAt(address: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${address}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

/** @param texts in the text format of Prometheus; the label is `server`, counted from 1 */
export function labelled(texts: readonly (string | undefined)[]): string {
  // All lines of a metric have to be together, and its HELP and TYPE to be there once.
  const metrics = new Map<string, { head: Set<string>; samples: string[] }>();
  for (const [index, text] of texts.entries()) {
    let metric: { head: Set<string>; samples: string[] } | undefined;
    for (const line of text?.split("\n") ?? []) {
      const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
      if (name !== undefined) {
        metric = metrics.get(name) ?? { head: new Set(), samples: [] };
        metrics.set(name, metric);
        metric.head.add(line);
      } else if (line !== "" && !line.startsWith("#")) metric?.samples.push(withServer(line, index + 1));
    }
  }
  return [...metrics.values()].flatMap(({ head, samples }) => [...head, ...samples, ""]).join("\n");
}

function withServer(sample: string, server: number): string {
  const label = `server="${server}"`;
  const [, name, rest] = /^([^\s{]+)(.*)$/.exec(sample)!;
  return rest!.startsWith("{") && !rest!.startsWith("{}")
    ? `${name}{${label},${rest!.slice(1)}`
    : `${name}{${label}}${rest!.replace("{}", "")}`;
}
