// States who holds the timelock's roles: from every grant and revocation since its deployment, and from what the contract says now.
import { type Address, decodeEventLog, type Hex, zeroAddress } from "viem";
import { CANCELLER_ROLE, DEFAULT_ADMIN_ROLE, EXECUTOR_ROLE, PROPOSER_ROLE, ROLE_NAMES } from "../timelock-roles.ts";
import type { Reader } from "./reader.ts";
import { differs, state, type Statement } from "./statement.ts";

const CONTRACT = "TimelockController";

export async function stateRoles(
  reader: Reader,
  accounts: { timelock: Address; governor: Address; deployer: Address },
  fromBlock: bigint,
): Promise<Statement[]> {
  const { timelock, governor, deployer } = accounts;
  const expected: Record<Hex, Address> = {
    [DEFAULT_ADMIN_ROLE]: timelock,
    [PROPOSER_ROLE]: governor,
    [CANCELLER_ROLE]: governor,
    // Held by nobody in particular, which in this contract means everybody.
    [EXECUTOR_ROLE]: zeroAddress,
  };
  const names: Record<Address, string> = {
    [timelock]: "the timelock alone",
    [governor]: "the governor alone",
    [zeroAddress]: "everybody",
  };
  const granted = membersFromEvents(reader, timelock, fromBlock);

  const statements = Object.entries(expected).map(([role, account]) => {
    const name = ROLE_NAMES[role as Hex]!;
    return state(CONTRACT, `${name} is held by ${names[account]!}`, async () => {
      const holders = (await granted).get(role as Hex) ?? [];
      if ((await reader.call(CONTRACT, timelock, "hasRole", [role, account])) !== true) return `not held by ${account}`;
      return differs(holders, [account]);
    });
  });
  const others = state(CONTRACT, "no other role was ever granted", async () => {
    const unknown = [...(await granted).keys()].filter((role) => !(role in expected));
    return differs(unknown, []);
  });
  const deployers = Object.entries(ROLE_NAMES).map(([role, name]) =>
    state("the deployer", `does not hold ${name}`, async () =>
      (await reader.call(CONTRACT, timelock, "hasRole", [role, deployer])) === false
        ? undefined
        : `${deployer} holds it`,
    ),
  );
  return Promise.all([...statements, others, ...deployers]);
}

/** Holders of each role by the events; a role without holders stays, with an empty list. */
async function membersFromEvents(reader: Reader, timelock: Address, fromBlock: bigint): Promise<Map<Hex, Address[]>> {
  const abi = await reader.abi(CONTRACT);
  const members = new Map<Hex, Address[]>();
  for (const { data, topics } of await reader.logs(timelock, fromBlock)) {
    const event = decodeEventLog({ abi, data, topics, strict: false });
    const { role, account } = event.args as unknown as { role: Hex; account: Address };
    const holders = members.get(role) ?? [];
    if (event.eventName === "RoleGranted") members.set(role, [...holders, account]);
    if (event.eventName === "RoleRevoked")
      members.set(
        role,
        holders.filter((holder) => holder !== account),
      );
  }
  return members;
}
