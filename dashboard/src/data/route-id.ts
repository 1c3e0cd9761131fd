// The id that stands in a page's address.
import { useParams } from "react-router";
import { isId } from "./id.ts";

/** Undefined where the address holds no id, such as /datanets/abc. */
export function useRouteId(): string | undefined {
  const { id = "" } = useParams();
  return isId(id) ? id : undefined;
}
