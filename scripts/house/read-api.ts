import type { House } from './house.ts';

/** What the API shows a manager, as JSON. @throws Error when the answer is none */
export async function readApi(house: Pick<House, 'apiUrl' | 'tokenOf'>, path: string): Promise<unknown> {
  const token = await house.tokenOf('manager');
  const response = await fetch(`${house.apiUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`GET ${path}: HTTP ${String(response.status)} ${await response.text()}`);
  return response.json();
}
