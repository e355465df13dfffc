/**
 * Who asks. Every query takes one: a force sees its own rows, a provider the pathways that are routed to it
 * now. What lies outside is not there (404), never forbidden (403): nobody learns that it exists.
 */
export interface Scope {
  readonly forceId: string;
  /** null: the whole force. */
  readonly providerId: string | null;
}

export function wholeForce(forceId: string): Scope {
  return { forceId, providerId: null };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id that is no uuid names no row; PostgreSQL would call it an error. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
