import { writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { failureConverterPath } from '../platform/data-converter.ts';

/** Where the workflows are, as the bundler wants it: TypeScript in a checkout, JavaScript in a build. */
export const workflowsPath = fileURLToPath(
  new URL(`../workflows/index${path.extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/** What was bundled is of interest only where something is wrong with it; webpack's warnings come as information. */
const logger = new DefaultLogger('INFO', ({ level, message }) => {
  if (level !== 'INFO' || /^WARNING in /m.test(message)) process.stderr.write(`[${level}] ${message}\n`);
});

/** One place makes the bundle, for the worker, the tests, the bundle check and the release. */
export function buildBundle(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, failureConverterPath, logger });
}

/** `node workers/build-bundle.ts <file>`: the bundle for a release, loaded by WORKFLOW_BUNDLE. */
async function main(file: string): Promise<void> {
  const { code } = await buildBundle();
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeFile(file, code);
}

const [, script, target] = process.argv;
if (script !== undefined && target !== undefined && path.resolve(script) === fileURLToPath(import.meta.url)) {
  await main(target);
}
