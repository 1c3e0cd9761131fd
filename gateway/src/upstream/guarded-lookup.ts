// Name resolution that refuses addresses no upstream may have, whatever a name's owner answers today.
import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isForbiddenAddress } from "../config/upstream-url.ts";

/** As `dns.lookup`; fails with `EFORBIDDEN` if any address is link-local, a metadata service's or multicast. */
export const guardedLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) {
      callback(error, "", 0);
      return;
    }
    const forbidden = addresses.find(({ address }) => isForbiddenAddress(address));
    if (forbidden !== undefined) {
      const refusal: NodeJS.ErrnoException = new Error(`${host} resolves to ${forbidden.address}, which is forbidden`);
      refusal.code = "EFORBIDDEN";
      callback(refusal, "", 0);
    } else if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};
