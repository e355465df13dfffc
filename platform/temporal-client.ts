import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { encryptedDataConverter } from './data-converter.ts';
import type { KeyRing } from './key-ring.ts';
import type { PayloadOptions } from './payload-codec.ts';

export interface TemporalSettings {
  /** For `Connection.connect` and, in a worker, `NativeConnection.connect`. */
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
  readonly dataConverter: DataConverter;
}

export interface TemporalLink {
  readonly client: Client;
  readonly namespace: string;
  close(): Promise<void>;
}

/**
 * Address, namespace, TLS and API key by @temporalio/envconfig: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and
 * the others, or a profile of the configuration file. So a local server, a cluster and Temporal Cloud
 * differ by settings alone.
 */
export function temporalSettings(keys: KeyRing, payloads: PayloadOptions = {}): TemporalSettings {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    connectionOptions,
    namespace: namespace ?? 'default',
    dataConverter: encryptedDataConverter(keys, payloads),
  };
}

/**
 * A client that connects when it is first used: the API starts, and takes safety facts, while Temporal is
 * away.
 */
export function connectTemporal(keys: KeyRing, payloads: PayloadOptions = {}): TemporalLink {
  const { connectionOptions, namespace, dataConverter } = temporalSettings(keys, payloads);
  const connection = Connection.lazy(connectionOptions);
  return {
    client: new Client({ connection, namespace, dataConverter }),
    namespace,
    close: () => connection.close(),
  };
}

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE. */
const silence: readonly number[] = [4, 14];

/** Whether an error of the client says that Temporal did not answer: what was asked may or may not be done. */
export function isTemporalAway(error: unknown): boolean {
  const cause: unknown = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && silence.includes(cause.code);
}
