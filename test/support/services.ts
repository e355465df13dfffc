// The servers that the tests share: one PostgreSQL, one Temporal, started when the first test asks. `npm test` starts
// them beforehand and names them in the environment; otherwise Jest's parent process does, on request of its workers.
import { get } from 'node:http';

export const serviceVariables = {
  broker: 'LLWYBR_TEST_SERVICES',
  postgres: 'LLWYBR_TEST_DATABASE_URL',
  temporal: 'LLWYBR_TEST_TEMPORAL_ADDRESS',
} as const;

/** A database that holds the migrations and nothing else; suites clone it. */
export const templateDatabase = 'llwybr_template';

/** An administrator's address of the PostgreSQL that tests may make databases on. The template is migrated. */
export function testPostgresUrl(): Promise<string> {
  return shared('postgres');
}

/** host:port of a Temporal development server with the namespace `default` and the search attributes. */
export function testTemporalAddress(): Promise<string> {
  return shared('temporal');
}

async function shared(service: 'postgres' | 'temporal'): Promise<string> {
  const given = process.env[serviceVariables[service]];
  if (given !== undefined && given !== '') return given;
  const broker = process.env[serviceVariables.broker];
  if (broker === undefined) throw new Error('Run the tests by `npm test` or `npm run jest`.');
  return ask(`${broker}/${service}`);
}

/** Plain http and no kept connection, so that nothing is left open when a suite has ended. */
function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(text));
      });
    });
    request.once('error', reject);
  });
}
