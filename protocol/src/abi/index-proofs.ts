export const indexProofsAbi = [] as const;
