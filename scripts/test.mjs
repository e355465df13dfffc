// `npm test`: from a fresh clone with nothing but Node and npm to a verdict. See scripts/test-run.ts.
import { prepare } from './prepare.mjs';

prepare();
const { register } = await import('tsx/esm/api');
register();
await import('./test-run.ts');
