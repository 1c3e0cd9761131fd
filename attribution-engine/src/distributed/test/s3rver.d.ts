declare module "s3rver" {
  /** The part of its interface that the tests use. */
  // eslint-disable-next-line no-restricted-exports -- It is the package that has it.
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
