// Openings that the indexer's operator serves; they are verified here before they are believed.
import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { NotServed } from "../check/not-served.ts";
import { useConfig } from "./config.ts";
import { expectForm } from "./served-forms.ts";
import { useStanding } from "./standing.ts";

/** Said of what the operator does not keep: another may have it. */
const NOT_KEPT: readonly string[] = ["bundle_not_kept", "content_not_kept", "openings_not_kept"];

/** What the operator says instead of an opening. */
export class OpeningError extends NotServed {
  override name = "OpeningError";
  readonly status: number;
  readonly code: string;
  readonly hint: string;

  constructor(status: number, code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  /** Not there at this operator, which is not to say that there is none. */
  get isNotKept(): boolean {
    return NOT_KEPT.includes(this.code);
  }
}

/** @param path below `/openings` */
export async function fetchOpening<Served>(indexerUrl: string, path: string, signal?: AbortSignal): Promise<Served> {
  let response: Response;
  try {
    response = await fetch(`${indexerUrl}/openings/${path}`, signal === undefined ? {} : { signal });
  } catch (cause) {
    const message = `the indexer at ${indexerUrl} cannot be reached`;
    throw new OpeningError(0, "unreachable", message, "Is it still running?", { cause });
  }
  const body = (await response.json().catch(() => ({}))) as { error?: Record<"code" | "message" | "hint", string> };
  if (response.ok) {
    try {
      expectForm(path, body);
    } catch (cause) {
      throw new OpeningError(
        response.status,
        "other_form",
        `what the indexer serves has another form: ${(cause as Error).message}`,
        "Nothing of it is shown; another indexer may serve it rightly.",
        { cause },
      );
    }
    return body as Served;
  }
  const { code = "failed", message = `the indexer answered ${response.status}`, hint = "" } = body.error ?? {};
  throw new OpeningError(response.status, code, message, hint);
}

function openingKey(path: string, asOf: string | undefined, standing: string | undefined) {
  return ["opening", path, asOf, standing];
}

/** Gives the very openings that `useOpening` has given the page, for a check of what is shown. @throws NotServed where the page has none, or why it has none */
export function useShownOpening(): <Served>(path: string) => Served {
  const client = useQueryClient();
  const standing = useStanding();
  return <Served>(path: string) => {
    const shown = client.getQueryState<Served>(openingKey(path, undefined, standing));
    if (shown?.data !== undefined) return shown.data;
    throw shown?.error ?? new NotServed("what is checked is not on the page yet: try again in a moment");
  };
}

/**
 * An opening. It is asked for again whenever it may have become another: with a new final payouts root, and after a reorganisation; and by the next page (the
 * browser revalidates by its tag). Meanwhile nothing is shown, as the former one no longer fits the chain.
 * @param asOf of what is counted over final epochs, the newest of them: it is read again when there is another
 */
export function useOpening<Served>(path: string, isWanted = true, asOf?: string): UseQueryResult<Served> {
  const { indexerUrl } = useConfig();
  const standing = useStanding();
  return useQuery({
    queryKey: openingKey(path, asOf, standing),
    queryFn: ({ signal }) => fetchOpening<Served>(indexerUrl, path, signal),
    enabled: isWanted && standing !== undefined,
    retry: false,
  });
}
