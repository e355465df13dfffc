import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../platform/config.ts';
import { openDatabase } from '../store/database.ts';
import { loadPreset } from '../store/presets.ts';
import { localParts } from '../workflows/domain/common/london-time.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import { demoToken } from './access-token.ts';
import { demoCaseload } from './demo-caseload.ts';
import { demoReferrals, type DemoReferral, type DemoTimes } from './demo-people.ts';

/*
 * What a force starts from, and fictional people at every stage, through the API like everybody else. The
 * key of each request is made from what it is about, so a start that was interrupted goes on where it was.
 */
const config = readConfig();
const dayMs = 86_400_000;
/** 10:00 today or, before ten, yesterday: nothing may lie in the future. */
const today = Math.floor((Date.now() - 10 * 3_600_000) / dayMs) * dayMs + 10 * 3_600_000;

const db = openDatabase(config.databaseUrl, { max: 2, applicationName: 'llwybr-demo-data' });
try {
  await loadPreset(db, 'dyfed-powys-2024');
  await loadPreset(db, 'demo');
} finally {
  await db.close();
}

for (const [index, referral] of demoReferrals.entries()) await refer(referral, index);
await testPositive();
await post('provider-manager', '/imports/open-cases', demoCaseload(today), 'text/csv');
console.log(`demo data loaded: ${String(demoReferrals.length)} referrals, 1 open case, 1 positive test`);

async function refer(referral: DemoReferral, index: number): Promise<void> {
  const { surname, forenames, birthDate, postcode, mobile, language, safeToText, daysAgo, acts } = referral;
  const outcomeAt = today - daysAgo * dayMs;
  const times: DemoTimes = {
    at: (daysAfter, hours = 0) => toInstant(outcomeAt + daysAfter * dayMs + hours * 3_600_000),
    id: (name) => keyOf(`${name} of demo referral ${String(index + 1)}`),
  };
  const { pathwayId } = await post<{ pathwayId: string }>('officer', '/referrals', {
    surname,
    forenames,
    birthDate,
    nominalNumber: `N9000${String(index + 1)}`,
    occurrenceNumber: `DEMO-${String(index + 1)}`,
    outcomeAt: toInstant(outcomeAt),
    offenceCode: '92E',
    offenceDate: localParts(toInstant(outcomeAt)).date,
    residence: postcode === null ? { noFixedAbode: true } : { postcode },
    ...(mobile === null ? {} : { mobile }),
    ...(language === null ? {} : { language }),
    ...(safeToText === null ? {} : { safeToText }),
    agreed: true,
  });
  for (const { user, command, daysAfter, data } of acts) {
    await post(user, `/pathways/${pathwayId}/commands/${command}`, {
      occurredAt: times.at(daysAfter),
      data: data(times),
    });
  }
}

async function testPositive(): Promise<void> {
  const testedAt = today;
  const { pathwayId } = await post<{ pathwayId: string }>('custody', '/drug-tests', {
    surname: 'Marlow',
    forenames: 'Dean',
    birthDate: '1987-03-19',
    nominalNumber: 'N90100',
    testedAt: toInstant(testedAt),
    suiteCode: 'custody-llanelli',
    basis: { kind: 'trigger-offence', offenceCode: 'theft' },
    selectionReasonCode: 'intelligence-led',
    results: [
      { substance: 'cocaine', result: 'positive' },
      { substance: 'opiates', result: 'negative' },
    ],
    residence: { postcode: 'SA15 3ZZ' },
    mobile: '07700 900110',
    language: 'en',
    safeToText: 'yes',
  });
  const startsAt = today + 7 * dayMs;
  await post('custody', `/pathways/${pathwayId}/commands/impose-requirement`, {
    data: {
      initialAssessment: {
        appointmentId: keyOf('initial assessment of the demo'),
        startsAt: toInstant(startsAt),
        endsAt: toInstant(startsAt + 3_600_000),
        placeCode: 'dip-llanelli',
      },
      notice: {
        form: 'RA1',
        servedAt: toInstant(testedAt + 600_000),
        how: 'handed-over',
        servedBy: 'u-102',
        language: 'en',
        warningGiven: true,
      },
    },
  });
}

/** @throws Error with the API's own words */
async function post<T>(user: string, path: string, body: unknown, type = 'application/json'): Promise<T> {
  const token = await demoToken(user);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  for (let left = 20; ; left -= 1) {
    const answer = await fetch(`http://127.0.0.1:${String(config.port)}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token ?? ''}`,
        'content-type': type,
        'idempotency-key': keyOf(`${user} ${path} ${text}`),
      },
      body: text,
    });
    const result: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return result as T;
    // A pathway that has just been opened may still be starting.
    if (left > 0 && (answer.status === 503 || answer.status === 429)) {
      await pause(1_000);
      continue;
    }
    throw new Error(`POST ${path} as ${user}: HTTP ${String(answer.status)} ${JSON.stringify(result)}`);
  }
}

/** A UUID that is always the same for the same words. */
function keyOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
