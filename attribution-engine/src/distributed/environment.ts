/** How a worker tells the processes that run its tasks about itself. */
export const ENVIRONMENT = { engine: "TRIBUTARY_WORKER_ENGINE", store: "TRIBUTARY_WORKER_STORE" } as const;
