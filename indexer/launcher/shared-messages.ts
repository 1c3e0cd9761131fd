// What the launcher and the servers that share its port tell each other about connections.

/** Comes with the connection; `number` is of the launcher's counting. */
export interface Handed {
  handed: number;
}

/** The server has the connection. */
export interface Taken {
  taken: number;
}

export function isHanded(message: unknown): message is Handed {
  return typeof message === "object" && message !== null && "handed" in message;
}

export function isTaken(message: unknown): message is Taken {
  return typeof message === "object" && message !== null && "taken" in message;
}
