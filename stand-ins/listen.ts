import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';

export interface Listening {
  readonly url: string;
  /** Stops listening and cuts every open connection. */
  close(): Promise<void>;
}

/**
 * Serves on the loopback address and nowhere else; port 0 takes a free one.
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function listen(handler: RequestListener, port: number): Promise<Listening> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
