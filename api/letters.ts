import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { judgeWay } from '../messages/judge.ts';
import { judgeEmailWay } from '../messages/judge-person-email.ts';
import {
  letterHtml,
  letterInBothLanguages,
  letterStyle,
  TellingAddressError,
} from '../messages/letters/letter.ts';
import type { Letter } from '../messages/letters/letter.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import { isOverForPerson } from '../messages/sending-facts.ts';
import type { Database } from '../store/database.ts';
import { letterheadOf } from '../store/letterheads.ts';
import type { LetterheadRow } from '../store/letterheads.ts';
import { personById } from '../store/persons.ts';
import type { PersonRecord } from '../store/persons.ts';
import { lastPostedTo } from '../store/posted-letters.ts';
import { wholeForce } from '../store/scope.ts';
import { sendingCaseOf } from '../store/sending-case.ts';
import type { SendingCase } from '../store/sending-case.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { letterMayNamePlace, letterRefusals, refuseLetter } from '../workflows/domain/common/letter.ts';
import { localParts } from '../workflows/domain/common/london-time.ts';
import { standingFacts } from '../workflows/domain/common/standing-facts.ts';
import { narrowed } from './access-policy.ts';
import { readablePathway } from './pathways.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { letterPage, letterQuery } from './schemas/letters.ts';
import { pathwayParams } from './schemas/lists.ts';
import { shownAt } from './shown-places.ts';

const path = '/api/v1/pathways/{pathwayId}/letter';

/** Nothing runs, nothing is fetched, and only the one style sheet of letters is used. */
const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(letterStyle, 'utf8').digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A letter to print where neither a text nor an e-mail reaches the person and post is known to be safe. Looking at it
 * changes nothing: that it went is recorded as what it is, a try by post.
 */
export function letterRoutes({
  db,
  numbers,
}: {
  readonly db: Database;
  readonly numbers: NumberPlan;
}): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary:
        'A letter to print about one referral, in the person’s language: where no text or e-mail reaches them and post is recorded as safe; that it was posted is recorded as a try by post',
      tag: 'messages',
      params: pathwayParams,
      query: letterQuery,
      answers: {
        200: { description: 'The letter', body: letterPage, media: 'text/html' },
      },
      problems: ['not-found', 'condition-not-met'],
      handle: async ({ caller, params: { pathwayId }, query, receivedAt: now }) => {
        const row = await readablePathway(db, narrowed(caller, `GET ${path}`), pathwayId);
        // On the compulsory path the notice is handed over, and the address is not the police's to know.
        if (row.kind !== 'diversion') throw new Problem('not-found');
        const { forceId, personId } = row;
        const found = await sendingCaseOf(db, forceId, pathwayId);
        const person = await personById(db, wholeForce(forceId), personId);
        if (found === null || person === null) throw new Problem('not-found');
        await checkLetter(db, found, person, numbers, now);
        const organisationId = row.providerId ?? caller.organisationId;
        const letterhead = await letterheadOf(db, { forceId, organisationId });
        if (letterhead === null) {
          throw refusal('no-letterhead', 'No return address is set for letters of this organisation.');
        }
        const written = await letterOf(db, query, found, person, letterhead, now);
        const body = pageOf(written, languageOf(query, found));
        return {
          ...{ status: 200, media: 'text/html', body },
          headers: { 'Content-Security-Policy': pagePolicy },
        };
      },
    }),
  ];
}

function refusal(reason: string, detail: string): Problem {
  return new Problem('condition-not-met', { detail, details: { reason } });
}

/** @throws Problem `condition-not-met` */
async function checkLetter(
  db: Database,
  found: SendingCase,
  person: PersonRecord,
  numbers: NumberPlan,
  now: Instant,
): Promise<void> {
  const { facts, pathway } = found;
  const { forceId, personId, address } = person;
  if (isOverForPerson(pathway)) throw refusal('pathway-closed', 'The case is closed.');
  const standing = standingFacts(facts);
  const refused = refuseLetter(standing, await lastPostedTo(db, forceId, personId), now);
  if (refused !== undefined) throw refusal(refused, letterRefusals[refused]);
  if (canBeTexted(found, numbers)) {
    throw refusal('text-reaches', 'A text reaches the person: no letter need show that they are written to.');
  }
  if (canBeWrittenTo(found)) {
    throw refusal(
      'email-reaches',
      'The person wants e-mails, and an address is known: they are told by e-mail.',
    );
  }
  if (address === null) throw refusal('no-address', 'No address is known.');
}

/** A number that the gateway could not deliver to reaches nobody, whatever was said of it. */
function canBeTexted({ person, facts, pathway }: SendingCase, numbers: NumberPlan): boolean {
  const { safeToText, mobile, wrongNumber } = person;
  const way = judgeWay({
    // Words that name no place: what may be texted at all.
    ...{ purpose: 'could-not-reach', personFacts: facts },
    ...{ safeToText, mobile, wrongNumber, numbers },
  });
  return way.reason === undefined && !pathway.attention.some(({ code }) => code === 'message-not-sent');
}

/** The same of an e-mail. */
function canBeWrittenTo({ person: { email, yesOfAddress }, facts, pathway }: SendingCase): boolean {
  const failed = pathway.attention.some(({ code }) => code === 'message-not-sent');
  return !failed && judgeEmailWay({ personFacts: facts, email, yesOfAddress }).reason === undefined;
}

/** @throws Problem */
async function letterOf(
  db: Database,
  { purpose, appointmentId }: z.output<typeof letterQuery>,
  { pathway, facts }: SendingCase,
  { forceId, surname, forenames, address, postcode }: PersonRecord,
  { lines, phone }: LetterheadRow,
  now: Instant,
): Promise<Letter> {
  const base = {
    language: 'en',
    name: forenames === null ? surname : `${forenames} ${surname}`,
    address: [...(address ?? '').split(/\s*[,\n]\s*/), postcode ?? ''].filter((each) => each !== ''),
    ...{ returnAddress: lines, phone, writtenOn: localParts(now).date },
  } as const;
  if (purpose === 'please-ring') {
    if (appointmentId === undefined) return { ...base, purpose };
    const message = 'This letter tells of no appointment.';
    throw new Problem('invalid-request', {
      detail: message,
      errors: [{ path: '/appointmentId', code: 'invalid', message }],
    });
  }
  const [next] = pathway.appointments
    .filter(({ status, startsAt }) => status === 'booked' && startsAt > now)
    .filter((each) => appointmentId === undefined || each.appointmentId === appointmentId)
    .toSorted((one, other) => (one.startsAt < other.startsAt ? -1 : 1));
  if (next === undefined) throw refusal('no-appointment', 'No such appointment is booked and ahead.');
  const named = letterMayNamePlace(standingFacts(facts));
  const place = named ? await shownAt(db, forceId, next.placeCode) : null;
  return { ...base, purpose, startsAt: next.startsAt, place };
}

function languageOf(
  { language }: z.output<typeof letterQuery>,
  { person }: SendingCase,
): NonNullable<z.output<typeof letterQuery>['language']> {
  return language ?? person.language ?? 'both';
}

function pageOf(letter: Letter, language: ReturnType<typeof languageOf>): string {
  try {
    return language === 'both' ? letterInBothLanguages(letter) : letterHtml({ ...letter, language });
  } catch (error) {
    if (!(error instanceof TellingAddressError)) throw error;
    throw refusal(
      'telling-letterhead',
      'The return address would tell what the letter is about: set another one.',
    );
  }
}
