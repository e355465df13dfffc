// `npm start`: from a fresh clone with nothing but Node and npm to a running system. See scripts/up.ts.
import { prepare } from './prepare.mjs';

prepare();
const { register } = await import('tsx/esm/api');
register();
await import('./up.ts');
