import { createServer, connect } from 'node:net';

const loopback = '127.0.0.1';

/** Something else listens where a server was about to. */
export class PortInUse extends Error {
  readonly port: number;

  constructor(port: number, who: string) {
    super(`Port ${port} is in use, so ${who} cannot start there.`);
    this.port = port;
  }
}

/** Whether something on this machine answers on the port, or holds it. */
export async function portInUse(port: number): Promise<boolean> {
  return (await answers(port)) || !(await bindable(port));
}

/** Whether a TCP connection to the port is accepted within a second. */
export function answers(port: number, host = loopback): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function bindable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Below the ports that systems hand to outgoing connections, one of which could otherwise take a chosen port first. */
const lowest = 15_000;
const highest = 32_000;
const handedOut = new Set<number>();

/** Ports that were free a moment ago, all different, and different from those of earlier calls. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (handedOut.has(port) || (await portInUse(port))) continue;
    handedOut.add(port);
    ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('No free port.');
  return port;
}
