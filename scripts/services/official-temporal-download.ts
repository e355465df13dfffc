// Fetches Temporal's command line with the SDK's own downloader into the directory that is given. Run as a process of
// its own, because the downloader takes no time limit: the caller ends it when nothing arrives.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('Usage: official-temporal-download.ts <directory>');
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
