// Holds the workflow bundle against the list of what may be in it: `node scripts/run.mjs scripts/checks/bundle.ts`. A
// library that slips in costs memory for every cached pathway (zod: 665 KB against 57 KB), and anything that is not
// deterministic breaks replays.
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../../workers/build-bundle.ts';
import { foreignModules, modulesOf, sizeOf } from './bundle-modules.ts';

/**
 * Of the code without its source map, in bytes: 1,569,000 with the whole voluntary path, the ways back in it, and the
 * messages of both paths, of which the SDK's own part is 560,000 and the rules of both paths nearly all the rest.
 */
const largest = 1_650_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const { code } = await buildBundle();
const modules = modulesOf(code, root);
const foreign = foreignModules(modules);
const size = sizeOf(code);

for (const module of foreign) console.error(`Not allowed in the workflow bundle: ${module}`);
if (size > largest) {
  console.error(
    `The workflow bundle has ${size} bytes, more than ${largest}. Find out what grew before raising that.`,
  );
}
if (foreign.length > 0 || size > largest) process.exitCode = 1;
else console.log(`The workflow bundle has ${modules.length} modules, all allowed, and ${size} bytes.`);
