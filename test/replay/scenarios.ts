import { setTimeout as pause } from 'node:timers/promises';
import { refusalOf, sendCommand, startRun, type RunAddress } from '../../platform/pathway-runs.ts';
import type { Database } from '../../store/database.ts';
import { readEvents } from '../../store/ledger.ts';
import { savePolicy } from '../../store/policies.ts';
import { wholeForce } from '../../store/scope.ts';
import { pathwayWorkflowId } from '../../workflows/contract/temporal.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { factCommandId } from '../../workflows/domain/common/command.ts';
import { toInstant, type Instant } from '../../workflows/domain/common/instant.ts';
import type { PersonFactKind } from '../../workflows/domain/common/person-fact.ts';
import type { TestEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { command, now, openCompulsory, openDiversion } from '../support/pathways.ts';

/** What a scenario may do: real commands to a real run, and faults in the next appends. */
export interface Stage {
  readonly db: Database;
  readonly engine: TestEngine;
  /** The next appends fail as if the database were away. */
  readonly databaseAway: (appends: number) => void;
  /** No text reaches anybody from now on, for this reason. */
  readonly noWay: (reason?: string) => void;
}

type Scenario = (stage: Stage) => Promise<RunAddress>;

/**
 * The lives that are recorded: every command, clock and way of the engine is in one of them. A scenario
 * may be added at any time; a recorded history is never taken away.
 */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'diversion-engaged-and-completed': async (stage) => {
    const run = await openDiversion(stage.db);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('no-answer'));
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    await act(stage, run, 'ProviderWorker', 'book-appointment', {
      appointmentId: 'first',
      kind: 'first-meeting',
      startsAt: soon(1_500),
      endsAt: soon(2_000),
      placeCode: 'hub',
    });
    await pause(2_200);
    await act(stage, run, 'ProviderWorker', 'record-attendance', {
      appointmentId: 'first',
      attendance: 'attended-and-remained',
    });
    await act(stage, run, 'ProviderWorker', 'close-pathway', {
      reason: 'completed',
      drugFree: 'yes',
      crimeFree: 'unknown',
    });
    return run;
  },

  'diversion-closed-by-its-clocks': async (stage) => {
    const run = await openDiversion(stage.db, { policy: shortClocks });
    await startRun(stage.engine.client, run);
    await ended(stage, run);
    return run;
  },

  'diversion-comes-back-after-closure': async (stage) => {
    const run = await openDiversion(stage.db);
    await act(stage, run, 'ProviderWorker', 'close-pathway', { reason: 'declined' });
    await act(stage, run, 'ProviderWorker', 'record-engagement', { evidence: 'other' });
    return run;
  },

  'diversion-death': async (stage) => {
    const run = await openDiversion(stage.db);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    await fact(stage, run, 'death');
    await ended(stage, run);
    return run;
  },

  'diversion-stop-texts-and-refusals': async (stage) => {
    const run = await openDiversion(stage.db);
    await fact(stage, run, 'stop-texts');
    // Two at once: the second is refused by the loop and not at the door, so its refusal is in the history.
    await Promise.all([
      act(stage, run, 'ProviderWorker', 'close-pathway', { reason: 'declined' }),
      act(stage, run, 'ProviderWorker', 'close-pathway', { reason: 'moved' }).catch(mustBeRefused),
    ]);
    return run;
  },

  'diversion-database-away': async (stage) => {
    const run = await openDiversion(stage.db);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('no-answer'));
    stage.databaseAway(4);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    return run;
  },

  'diversion-no-way': async (stage) => {
    stage.noWay();
    const run = await openDiversion(stage.db, {
      policy: {
        messages: {
          reminder: { before: { unit: 'days', count: 1 }, at: null },
          purposes: ['appointment-booked', 'appointment-cancelled'],
          sendFrom: '00:00',
          sendUntil: '00:00',
        },
      },
    });
    await act(stage, run, 'ProviderWorker', 'book-appointment', {
      appointmentId: 'first',
      kind: 'first-meeting',
      startsAt: soon(3_600_000),
      endsAt: soon(7_200_000),
      placeCode: 'hub',
    });
    await pause(1_500);
    // The second skip finds the question open.
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('no-answer'));
    await act(stage, run, 'ProviderWorker', 'cancel-appointment', {
      appointmentId: 'first',
      askedBy: 'person',
      reason: 'ill',
    });
    await pause(1_500);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    return run;
  },

  'diversion-wrong-number': async (stage) => {
    stage.noWay('wrong-number');
    const run = await openDiversion(stage.db, {
      policy: {
        messages: {
          reminder: { before: { unit: 'days', count: 1 }, at: null },
          purposes: ['appointment-booked'],
          sendFrom: '00:00',
          sendUntil: '00:00',
        },
      },
    });
    await act(stage, run, 'ProviderWorker', 'book-appointment', {
      appointmentId: 'first',
      kind: 'first-meeting',
      startsAt: soon(3_600_000),
      endsAt: soon(7_200_000),
      placeCode: 'hub',
    });
    await pause(1_500);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    return run;
  },

  'diversion-reminder': async (stage) => {
    const run = await openDiversion(stage.db, {
      policy: {
        messages: {
          reminder: { before: { unit: 'seconds', count: 2 }, at: null },
          sendFrom: '00:00',
          sendUntil: '23:59',
        },
      },
    });
    await act(stage, run, 'ProviderWorker', 'book-appointment', {
      appointmentId: 'first',
      kind: 'first-meeting',
      startsAt: soon(3_500),
      endsAt: soon(10_000),
      placeCode: 'hub',
    });
    await happened(stage, run, 'deadline-passed');
    return run;
  },

  'diversion-continued-as-new': async (stage) => {
    const run = await openDiversion(stage.db);
    await startRun(stage.engine.client, run);
    const handle = stage.engine.client.workflow.getHandle(pathwayWorkflowId(run.pathwayId));
    const { runId } = await handle.describe();
    while ((await handle.describe()).runId === runId) {
      await Promise.all(
        [0, 1, 2, 3, 4].map(() =>
          act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('no-answer')),
        ),
      );
    }
    await act(stage, run, 'ProviderWorker', 'record-engagement', { evidence: 'other' });
    return run;
  },

  'diversion-treated-and-concluded': async (stage) => {
    const run = await openDiversion(stage.db, {
      policy: { closureWarning: { unit: 'seconds', count: 14 }, closure: { unit: 'seconds', count: 15 } },
    });
    await act(stage, run, 'ProviderWorker', 'accept-referral', {});
    await act(stage, run, 'ProviderManager', 'assign-caseworker', { workerId: 'worker-1' });
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    await act(stage, run, 'ProviderWorker', 'book-appointment', {
      appointmentId: 'assessment',
      kind: 'assessment',
      startsAt: soon(1_500),
      endsAt: soon(2_000),
      placeCode: 'hub',
    });
    await pause(2_200);
    await act(stage, run, 'ProviderWorker', 'record-attendance', {
      appointmentId: 'assessment',
      attendance: 'attended-and-remained',
    });
    const found = { substances: ['heroin', 'crack'], result: 'suitable', programme: 'core' };
    await act(stage, run, 'ProviderWorker', 'record-assessment', found);
    await act(stage, run, 'ProviderWorker', 'add-need', { needId: 'need', code: 'housing' });
    const strand = { modalityId: 'strand' };
    await act(stage, run, 'ProviderWorker', 'agree-care-plan', {
      modalities: [{ ...strand, type: 'pharmacological', prescribed: true }],
    });
    await act(stage, run, 'ProviderWorker', 'start-treatment', strand);
    await act(stage, run, 'ProviderWorker', 'start-prescription', strand);
    const session = { ...strand, kind: 'one-to-one', result: 'attended' };
    await act(stage, run, 'ProviderWorker', 'record-treatment-session', session);
    await act(stage, run, 'ProviderWorker', 'record-treatment-test', {
      results: [{ substance: 'heroin', result: 'negative' }],
    });
    await act(stage, run, 'ProviderWorker', 'record-positive-outcome', { outcome: 'negative-test' });
    await act(stage, run, 'ProviderWorker', 'close-need', { needId: 'need', result: 'met' });
    await happened(stage, run, 'diversion-concluded');
    await act(stage, run, 'ProviderWorker', 'end-prescription', { ...strand, reason: 'completed' });
    await act(stage, run, 'ProviderWorker', 'end-modality', { ...strand, reason: 'completed' });
    await act(stage, run, 'ProviderWorker', 'close-pathway', {
      reason: 'completed',
      drugFree: 'yes',
      crimeFree: 'yes',
    });
    return run;
  },

  'diversion-custody-and-a-death-in-error': async (stage) => {
    const run = await openDiversion(stage.db);
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('reached'));
    await fact(stage, run, 'custody');
    await fact(stage, run, 'release');
    const death = await fact(stage, run, 'death');
    await ended(stage, run);
    // A new run of the same referral takes it up.
    await fact(stage, run, 'death-corrected', { correctsFactId: death });
    await act(stage, run, 'ProviderWorker', 'record-engagement', { evidence: 'other' });
    return run;
  },

  'diversion-under-a-later-policy': async (stage) => {
    const run = await openDiversion(stage.db, { policy: {} });
    await act(stage, run, 'ProviderWorker', 'record-contact-attempt', call('no-answer'));
    const policy = { ...run.policy, ...shortClocks, version: run.policy.version + 1 };
    await savePolicy(stage.db, policy);
    await act(stage, run, 'Manager', 'rebase-policy', { policy, reason: 'rule-changed' });
    await ended(stage, run);
    return run;
  },

  'compulsory-attended-and-released': async (stage) => {
    const run = await openCompulsory(stage.db);
    await impose(stage, run, 1_500);
    await pause(1_700);
    await act(stage, run, 'InitialAssessor', 'record-attendance', {
      appointmentId: 'ia',
      attendance: 'attended-and-remained',
      followUp: { released: true },
    });
    return run;
  },

  'compulsory-appointment-varied': async (stage) => {
    const run = await openCompulsory(stage.db);
    await impose(stage, run, 3_600_000);
    await act(stage, run, 'InitialAssessor', 'vary-appointment', {
      appointment: {
        appointmentId: 'moved',
        startsAt: soon(1_500),
        endsAt: soon(2_000),
        placeCode: 'other-hub',
      },
      notice: { ...served('RA2'), warningGiven: true },
      reasonCode: 'asked-for',
      askedBy: 'person',
    });
    await pause(2_200);
    await act(stage, run, 'InitialAssessor', 'record-attendance', {
      appointmentId: 'moved',
      attendance: 'attended-and-remained',
      followUp: { released: true },
    });
    return run;
  },

  'compulsory-concluded-without-requirement': async (stage) => {
    const run = await openCompulsory(stage.db);
    await act(stage, run, 'DToACoordinator', 'conclude-without-requirement', {
      reasonCode: 'not-proportionate',
    });
    await ended(stage, run);
    return run;
  },

  'compulsory-arrest-on-a-withdrawn-task': async (stage) => {
    const run = await openCompulsory(stage.db);
    await toTask(stage, run, 'RED');
    const withdrawn = { taskId: taskOf(run), reasonCode: 'wrong-unit' };
    await act(stage, run, 'DipOfficer', 'withdraw-task', withdrawn);
    await act(stage, run, 'LpuOfficer', 'record-arrest', { taskId: taskOf(run), arrestedAt: now() });
    await act(stage, run, 'CustodyOfficer', 'record-result', {
      breachId: breachOf(run),
      result: 'released',
    });
    return run;
  },

  'compulsory-task-id-of-another-pathway': async (stage) => {
    const [run, other] = [await openCompulsory(stage.db), await openCompulsory(stage.db)];
    await Promise.all([toTask(stage, run, 'RED'), toTask(stage, other, 'RED')]);
    const withdrawn = { taskId: taskOf(run), reasonCode: 'wrong-unit' };
    await act(stage, run, 'DipOfficer', 'withdraw-task', withdrawn);
    const issue = { breachId: breachOf(run), unitCode: 'lpu-1' };
    await act(stage, run, 'DipOfficer', 'issue-arrest-task', { ...issue, taskId: taskOf(other) }).then(() => {
      throw new Error('The task id of another pathway was taken');
    }, mustBeRefused);
    await act(stage, run, 'DipOfficer', 'issue-arrest-task', issue);
    return run;
  },

  'compulsory-breach-and-arrest': async (stage) => {
    const run = await openCompulsory(stage.db);
    await toTask(stage, run, 'RED');
    await act(stage, run, 'LpuOfficer', 'acknowledge-task', { taskId: taskOf(run) });
    await act(stage, run, 'DipOfficer', 'set-marker', {
      breachId: breachOf(run),
      marker: 'AMBER',
      reasonCode: 'risk-lower',
    });
    await act(stage, run, 'LpuOfficer', 'record-arrest', { taskId: taskOf(run), arrestedAt: now() });
    await act(stage, run, 'DipOfficer', 'record-result', { breachId: breachOf(run), result: 'drr' });
    return run;
  },

  'compulsory-good-cause-withdraws-the-task': async (stage) => {
    const run = await openCompulsory(stage.db);
    const failureId = await toTask(stage, run, 'GREEN');
    await act(stage, run, 'DipOfficer', 'decide-good-cause', {
      failureId,
      decision: 'accepted',
      reasonCode: 'hospital',
    });
    await act(stage, run, 'LpuOfficer', 'acknowledge-task', { taskId: taskOf(run) });
    return run;
  },

  'compulsory-clocks-of-the-breach': async (stage) => {
    const run = await openCompulsory(stage.db, {
      policy: {
        goodCauseReview: { unit: 'seconds', count: 1 },
        markers: {
          RED: { putOut: null, arrest: { unit: 'seconds', count: 4 } },
          AMBER: { putOut: null, arrest: null },
          GREEN: { putOut: null, arrest: null },
        },
        acknowledgement: {
          RED: { unit: 'seconds', count: 1 },
          AMBER: { unit: 'seconds', count: 1 },
          GREEN: { unit: 'seconds', count: 1 },
        },
      },
    });
    await toTask(stage, run, 'RED');
    await happened(stage, run, 'deadline-passed', 2);
    await act(stage, run, 'DipOfficer', 'withdraw-task', {
      taskId: taskOf(run),
      reasonCode: 'arrested-elsewhere',
    });
    return run;
  },

  'compulsory-death-with-an-open-task': async (stage) => {
    const run = await openCompulsory(stage.db);
    await toTask(stage, run, 'AMBER');
    await fact(stage, run, 'death');
    return run;
  },
};

const shortClocks = {
  firstContact: { unit: 'seconds', count: 1 },
  closureWarning: { unit: 'seconds', count: 2 },
  closure: { unit: 'seconds', count: 3 },
  lateEngagement: { unit: 'seconds', count: 1 },
} as const;

const breachOf = ({ pathwayId }: RunAddress): string => `breach-${pathwayId}`;
const taskOf = ({ pathwayId }: RunAddress): string => `task-${pathwayId}`;

function call(result: 'reached' | 'no-answer') {
  return { channel: 'phone', result, by: 'person' };
}

function soon(ms: number): Instant {
  return toInstant(Date.now() + ms);
}

async function act(stage: Stage, run: RunAddress, role: Role, name: string, data: unknown): Promise<void> {
  await sendCommand(stage.engine.client, run, command(name, role, data), 20_000);
}

/** Answers the fact's id. */
async function fact(
  stage: Stage,
  run: RunAddress,
  kind: PersonFactKind,
  more: { readonly correctsFactId?: string } = {},
): Promise<string> {
  const factId = crypto.randomUUID();
  const carried = command('carry-fact', 'System', { factId, fact: kind, ...more });
  await sendCommand(stage.engine.client, run, { ...carried, commandId: factCommandId(factId) }, 20_000);
  return factId;
}

async function impose(stage: Stage, run: RunAddress, startsInMs: number): Promise<void> {
  await act(stage, run, 'CustodyOfficer', 'impose-requirement', {
    initialAssessment: {
      appointmentId: 'ia',
      startsAt: soon(startsInMs),
      endsAt: soon(startsInMs + 500),
      placeCode: 'hub',
    },
    notice: { ...served('RA1'), warningGiven: true },
  });
}

function served(form: 'RA1' | 'RA2') {
  return { form, servedAt: now(), how: 'handed-over', servedBy: 'officer-1', language: 'en' };
}

/** Imposed, missed, reviewed, declared, marked and put out. Answers the failure's id. */
async function toTask(stage: Stage, run: RunAddress, marker: 'RED' | 'AMBER' | 'GREEN'): Promise<string> {
  await impose(stage, run, 800);
  await pause(1_500);
  await act(stage, run, 'InitialAssessor', 'record-attendance', {
    appointmentId: 'ia',
    attendance: 'absent',
  });
  const events = await readEvents(stage.db, wholeForce(run.forceId), run.pathwayId);
  const reported = events.find(({ type }) => type === 'failure-reported')?.data as
    { failureId: string } | undefined;
  if (reported === undefined) throw new Error('No failure was reported');
  const { failureId } = reported;
  await act(stage, run, 'DipOfficer', 'decide-good-cause', {
    failureId,
    decision: 'rejected',
    reasonCode: 'none-given',
  });
  await act(stage, run, 'DipOfficer', 'declare-breach', { failureId, breachId: breachOf(run) });
  await act(stage, run, 'DipOfficer', 'set-marker', { breachId: breachOf(run), marker, reasonCode: 'risk' });
  await act(stage, run, 'DipOfficer', 'issue-arrest-task', {
    breachId: breachOf(run),
    taskId: taskOf(run),
    unitCode: 'lpu-1',
  });
  return failureId;
}

async function happened(stage: Stage, run: RunAddress, type: string, times = 1): Promise<void> {
  await eventually(async () => {
    const events = await readEvents(stage.db, wholeForce(run.forceId), run.pathwayId);
    if (events.filter((event) => event.type === type).length < times)
      throw new Error(`${type} has not happened`);
  });
}

async function ended(stage: Stage, run: RunAddress): Promise<void> {
  await stage.engine.client.workflow.getHandle(pathwayWorkflowId(run.pathwayId)).result();
}

function mustBeRefused(error: unknown): void {
  if (refusalOf(error) === undefined) throw error;
}
