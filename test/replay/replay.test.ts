import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type InjectedSinks } from '@temporalio/worker';
import { readConfig } from '../../platform/config.ts';
import { encryptedDataConverter, failureConverterPath } from '../../platform/data-converter.ts';
import { workflowsPath } from '../../workers/build-bundle.ts';
import type { RunView } from '../../workflows/contract/envelope.ts';
import { asRecorded } from '../support/recorded-state.ts';
import { recordedHistories, type RecordedHistory } from './recorded-history.ts';
import { scenarios } from './scenarios.ts';
import type { ProbeSinks } from './state-probe.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const histories = recordedHistories();

let todays: string;
let tomorrows: string;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  todays = await bundle(workflowsPath);
  tomorrows = await bundle(here('changed-rules.ts'));
}, 60_000);

async function bundle(path: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path,
    failureConverterPath,
    workflowInterceptorModules: [here('state-probe.ts')],
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}

/** Replays one history and answers the state that the run stands at then. */
async function replay(code: string, { history, workflowId }: RecordedHistory): Promise<RunView['state']> {
  let last: RunView | undefined;
  const sinks: InjectedSinks<ProbeSinks> = {
    probe: {
      state: {
        fn: (_info, _workflowId, view) => {
          last = JSON.parse(view) as RunView;
        },
        callDuringReplay: true,
      },
    },
  };
  const dataConverter = encryptedDataConverter(readConfig({ LLWYBR_ENV: 'test' }).keys);
  await Worker.runReplayHistory({ workflowBundle: { code }, dataConverter, sinks }, history, workflowId);
  return last?.state ?? null;
}

test('every scenario has a recorded history', () => {
  const recorded = histories.map(({ scenario }) => scenario);
  expect(Object.keys(scenarios).filter((name) => !recorded.includes(name))).toEqual([]);
});

describe.each(histories)('M84 the recorded run $scenario of build $build', (recorded) => {
  test('replays on the code of today to the state that it had reached', async () => {
    expect(asRecorded(await replay(todays, recorded), recorded.state)).toStrictEqual(recorded.state);
  });

  test('keeps its past under rules that were changed since', async () => {
    expect(asRecorded(await replay(tomorrows, recorded), recorded.state)).toStrictEqual(recorded.state);
  });
});
