import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnlineProgramme } from '../../activities/gateways/online-programme.ts';
import type { OnlineProgrammeGateway } from '../../activities/gateways/online-programme.ts';
import type { ProgrammeFaultScript } from '../../stand-ins/online-programme-faults.ts';
import { startOnlineProgramme } from '../../stand-ins/online-programme.ts';
import type { OnlineProgrammeStandIn } from '../../stand-ins/online-programme.ts';
import type { Database } from '../../store/database.ts';
import { messagesOf } from '../../store/messages.ts';
import { wholeForce } from '../../store/scope.ts';
import { withOnlineProgrammes } from '../../workflows/domain/common/default-messages.ts';
import type { MessagePolicy } from '../../workflows/domain/common/policy.ts';
import type { ReferralData } from '../../workflows/domain/diversion/commands.ts';
import { openDiversion, testForce, testProvider } from './pathways.ts';
import type { OpenedDiversion } from './pathways.ts';

// The online programme's stand-in, and referrals into it.

export const onlineProgramme = 'breaking-free-online';

export interface ProgrammeUnderTest {
  readonly gateway: OnlineProgrammeGateway;
  standIn(): OnlineProgrammeStandIn;
  script(fault: ProgrammeFaultScript): Promise<void>;
  /** As somebody does on its page. @returns the status of the answer */
  logIn(accessCode: string): Promise<number>;
  stop(): Promise<void>;
  /** On the same port, with what it knew. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

export async function startProgramme(token = 'secret'): Promise<ProgrammeUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'online-programme-'));
  const start = (port: number) => startOnlineProgramme({ port, directory, token: 'secret' });
  let standIn = await start(0);
  const { url } = standIn;
  return {
    gateway: createOnlineProgramme({ url, token, timeoutMs: 250 }),
    standIn: () => standIn,
    async script(fault) {
      const answer = await fetch(`${url}/stand-in/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (answer.status !== 201) throw new Error(await answer.text());
    },
    async logIn(code) {
      const answer = await fetch(`${url}/log-in`, { method: 'POST', body: new URLSearchParams({ code }) });
      await answer.text();
      return answer.status;
    },
    stop: () => standIn.close(),
    async startAgain() {
      standIn = await start(Number(new URL(url).port));
    },
    async close() {
      await standIn.close().catch(() => undefined);
      rmSync(directory, { recursive: true });
    },
  };
}

/** Texts leave at any hour, so that no test waits for the morning. */
const anyHour: Pick<MessagePolicy, 'sendFrom' | 'sendUntil'> = { sendFrom: '00:00', sendUntil: '00:00' };

/** A referral into the online programme, with nothing started. */
export async function openOnline(
  db: Database,
  changes: { readonly referral?: Partial<ReferralData> } = {},
): Promise<OpenedDiversion> {
  const { policy } = await openDiversion(db);
  const { messages } = withOnlineProgrammes(policy, [onlineProgramme]);
  return openDiversion(db, {
    policy: { messages: { ...messages, ...anyHour } },
    referral: {
      route: { providerId: testProvider, programme: onlineProgramme, routeId: 'route-online' },
      ...changes.referral,
    },
  });
}

/** The two messages of one referral into the programme. */
export async function onlineMessages(db: Database, pathwayId: string) {
  const all = await messagesOf(db, wholeForce(testForce), pathwayId);
  const find = (purpose: string) => {
    const found = all.find((message) => message.purpose === purpose);
    if (found === undefined) throw new Error(`No ${purpose} is planned`);
    return found;
  };
  return { enrolment: find('online-enrolment'), invitation: find('online-invitation') };
}
