// States who holds the timelock's roles: from every grant and revocation since its deployment, and from what the contract says now.
import { type Address, decodeEventLog, type Hex, isAddressEqual, zeroAddress } from "viem";
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
  const events = roleEvents(reader, timelock, fromBlock);
  const granted = events.then(membersOf);

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
  // What a proposer scheduled can be executed when the role is long gone. The timelock itself gives roles only as what was scheduled.
  const proposers = state(
    CONTRACT,
    "PROPOSER_ROLE was given to nobody but the governor, unless by a vote",
    async () => {
      const given = (await events).filter(
        ({ name, role, sender }) =>
          name === "RoleGranted" && role === PROPOSER_ROLE && !isAddressEqual(sender, timelock),
      );
      return differs(
        given.map(({ account: holder }) => holder),
        [governor],
      );
    },
  );
  const deployers = Object.entries(ROLE_NAMES).map(([role, name]) =>
    state("the deployer", `does not hold ${name}`, async () =>
      (await reader.call(CONTRACT, timelock, "hasRole", [role, deployer])) === false
        ? undefined
        : `${deployer} holds it`,
    ),
  );
  return Promise.all([...statements, others, proposers, ...deployers]);
}

type RoleEvent = { name: "RoleGranted" | "RoleRevoked"; role: Hex; account: Address; sender: Address };

async function roleEvents(reader: Reader, timelock: Address, fromBlock: bigint): Promise<RoleEvent[]> {
  const abi = await reader.abi(CONTRACT);
  const events = (await reader.logs(timelock, fromBlock)).map(({ data, topics }) =>
    decodeEventLog({ abi, data, topics, strict: false }),
  );
  return events.flatMap(({ eventName: name, args }) =>
    name === "RoleGranted" || name === "RoleRevoked" ? [{ name, ...(args as unknown as Omit<RoleEvent, "name">) }] : [],
  );
}

/** Holders of each role by the events; a role without holders stays, with an empty list. */
function membersOf(events: readonly RoleEvent[]): Map<Hex, Address[]> {
  const members = new Map<Hex, Address[]>();
  for (const { name, role, account } of events) {
    const others = (members.get(role) ?? []).filter((holder) => holder !== account);
    members.set(role, name === "RoleGranted" ? [...others, account] : others);
  }
  return members;
}
