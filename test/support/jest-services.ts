import { serviceVariables } from './services.ts';
import type { Broker, TestServices } from './service-broker.ts';

let services: TestServices | undefined;
let broker: Broker | undefined;

/** Jest's global set-up: nothing is started yet, but the workers know whom to ask. */
export async function offerServices(): Promise<void> {
  if (process.env[serviceVariables.postgres] !== undefined) return;
  const { clearAbandonedRuns, startBroker, testServices } = await import('./service-broker.ts');
  await clearAbandonedRuns();
  services = testServices();
  broker = await startBroker(services);
  process.env[serviceVariables.broker] = broker.url;
}

/**
 * Jest's global tear-down.
 * @throws Error when a suite left a database behind
 */
export async function endServices(): Promise<void> {
  await broker?.close();
  const leaked = (await services?.end()) ?? [];
  if (leaked.length > 0) throw new Error(`Suites left databases behind: ${leaked.join(', ')}.`);
}
