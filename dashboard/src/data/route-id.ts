// The id that stands in a page's address.
import { useParams } from "react-router";

/** Undefined where the address holds no id, such as /datanets/abc. */
export function useRouteId(): string | undefined {
  const { id = "" } = useParams();
  return isId(id) ? id : undefined;
}

/** Whether it is a whole number that fits the chain's 256 bits. */
export function isId(text: string): boolean {
  return /^(0|[1-9]\d{0,77})$/.test(text) && BigInt(text) < 2n ** 256n;
}
