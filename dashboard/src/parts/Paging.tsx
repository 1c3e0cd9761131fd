// Pages of a long list; the page's number stands in the address, so that it can be shared and gone back to.
import { Link, Navigate, useLocation, useSearchParams } from "react-router";
import { count } from "../format/amount.ts";

export const PAGE_SIZE = 25;
/** Of a list that stands among others on its page: on a phone each row is a card. */
export const SHORT_PAGE_SIZE = 10;
/** The indexer answers no list further on. */
const MOST_PAGES = 10_000;

/** Where the list begins: `offset` and `limit` of the query. `name` tells lists of one page apart. */
export function usePaging(name = "page", size = PAGE_SIZE): { limit: number; offset: number } {
  const [search] = useSearchParams();
  return { limit: size, offset: (pageOf(search, name) - 1) * size };
}

interface PagingProps {
  total: number;
  /** What is paged, as in "Pages of claims". */
  label: string;
  name?: string;
  size?: number;
}

export function Paging({ total, label, name = "page", size = PAGE_SIZE }: PagingProps) {
  const [search] = useSearchParams();
  const { pathname } = useLocation();
  const last = Math.min(MOST_PAGES, Math.max(1, Math.ceil(total / size)));
  const page = pageOf(search, name);
  const to = (number: number): string => {
    const next = new URLSearchParams(search);
    next.set(name, String(number));
    return `${pathname}?${next}`;
  };
  // An address behind the end leads to the end: nothing would stand there.
  if (page > last) return <Navigate to={to(last)} replace />;
  if (last === 1) return null;
  return (
    <nav className="paging" aria-label={`Pages of ${label}`}>
      {page > 1 && (
        <Link to={to(page - 1)} rel="prev" preventScrollReset>
          Previous
        </Link>
      )}
      <span>
        Page {count(page)} of {count(last)} ({count(total)} in all)
      </span>
      {page < last && (
        <Link to={to(page + 1)} rel="next" preventScrollReset>
          Next
        </Link>
      )}
    </nav>
  );
}

function pageOf(search: URLSearchParams, name: string): number {
  const page = Number(search.get(name) ?? "1");
  return Number.isSafeInteger(page) && page > 0 ? Math.min(page, MOST_PAGES) : 1;
}
