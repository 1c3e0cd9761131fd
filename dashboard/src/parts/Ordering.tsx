// In which order a list stands; part of the address, as its page is.
import { useSearchParams } from "react-router";

type Orders = Readonly<Record<string, string>>;

/** The column that the address names, or the first one; descending. */
export function useOrdering(orders: Orders): { orderBy: string; orderDirection: "desc" } {
  const [search] = useSearchParams();
  return { orderBy: chosen(orders, search), orderDirection: "desc" };
}

/** @param orders columns, each with what it is called */
export function Ordering({ orders }: { orders: Orders }) {
  const [search, setSearch] = useSearchParams();
  return (
    <label className="ordering">
      Order by{" "}
      <select
        value={chosen(orders, search)}
        onChange={({ target }) => setSearch({ ...without(search), order: target.value }, { preventScrollReset: true })}
      >
        {Object.entries(orders).map(([column, name]) => (
          <option key={column} value={column}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function chosen(orders: Orders, search: URLSearchParams): string {
  const order = search.get("order") ?? "";
  return Object.hasOwn(orders, order) ? order : Object.keys(orders)[0]!;
}

/** A new order begins at its first page. */
function without(search: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...search].filter(([name]) => name !== "page" && name !== "order"));
}
