/** Objects in a bucket of any store that speaks S3. */
import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ObjectStore } from "./object-store.ts";

const MISSING = 404;
const NAMES_OF_MISSING = ["NoSuchKey", "NotFound"];

/**
 * Opens `s3://bucket/prefix?endpoint=…&region=…`; credentials come from where the SDK finds them (`AWS_ACCESS_KEY_ID` …).
 * @throws saying what to do where the bucket is missing, refused or out of reach.
 */
export async function openS3Store(url: URL): Promise<ObjectStore> {
  const bucket = url.hostname;
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  const endpoint = url.searchParams.get("endpoint") ?? undefined;
  const region = url.searchParams.get("region") ?? process.env["AWS_REGION"] ?? "us-east-1";
  const name = `s3://${bucket}/${prefix}${endpoint === undefined ? "" : ` at ${endpoint}`}`;
  const client = new S3Client({
    region,
    // Stores other than Amazon's are reached by path, and not all know its newer checksums; ours are in the objects.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const place = (key: string) => ({ Bucket: bucket, Key: prefix === "" ? key : `${prefix}/${key}` });
  const fault = (error: unknown, what: string): Error => new Error(`${name}: ${what}: ${reasonOf(error)}`);
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    client.destroy();
    throw fault(error, "the bucket cannot be used");
  }
  return {
    name,
    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand(place(key)));
        return await Body!.transformToByteArray();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw fault(error, `${key} cannot be read`);
      }
    },
    async has(key) {
      try {
        await client.send(new HeadObjectCommand(place(key)));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw fault(error, `${key} cannot be looked up`);
      }
    },
    async put(key, bytes) {
      try {
        await client.send(new PutObjectCommand({ ...place(key), Body: bytes }));
      } catch (error) {
        throw fault(error, `${key} cannot be written`);
      }
    },
    close: () => {
      client.destroy();
    },
  };
}

interface ServiceFault {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function isMissing(error: unknown): boolean {
  return NAMES_OF_MISSING.includes((error as ServiceFault).name ?? "");
}

function reasonOf(error: unknown): string {
  const { name, message, code, $metadata } = error as ServiceFault;
  const status = $metadata?.httpStatusCode;
  if (name === "CredentialsProviderError")
    return "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another way that the AWS SDK knows";
  if (status === MISSING) return "it is not there; make the bucket first, or correct --store";
  if (status === 401 || status === 403) return "refused; the credentials may not list, read and write it";
  if (status === undefined) return `${code ?? name ?? "error"}; is the endpoint of --store right, and does it answer?`;
  return `status ${status}, ${message === undefined || message === "" ? name : message}`;
}
