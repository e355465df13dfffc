import { randomUUID } from 'node:crypto';
import { anySpelling, textableNumber } from '../../messages/phone-number.ts';
import { openPathway } from '../../store/intake.ts';
import type { OpenedPathway } from '../../store/intake.ts';
import { workerIdFor } from '../../store/named-workers.ts';
import { knownOutcome } from '../../store/outcome-counts.ts';
import { pathwayById } from '../../store/pathways.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { diversionProgramme } from '../../store/presets/dyfed-powys-2024.ts';
import { countCase } from '../../store/provider-cases.ts';
import { routesInForce } from '../../store/routes.ts';
import { providerRoles } from '../../workflows/domain/common/actor.ts';
import type { Actor } from '../../workflows/domain/common/actor.ts';
import type { Command } from '../../workflows/domain/common/command.ts';
import type { Refusal } from '../../workflows/domain/common/decision.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { ReferralData } from '../../workflows/domain/diversion/commands.ts';
import { caseRefusals, judgeCase } from '../../workflows/domain/diversion/open-case.ts';
import type { CaseColumn, CaseVerdict, OpenCase } from '../../workflows/domain/diversion/open-case.ts';
import { routeFor } from '../../workflows/domain/diversion/routing.ts';
import type { RouteRow } from '../../workflows/domain/diversion/routing.ts';
import { decideOpening } from '../kinds.ts';
import { matchesToldTo } from '../people-view.ts';
import { Problem } from '../problems.ts';
import { channelsOf } from '../referral-intake.ts';
import { areaOfResidence, policyOfRoute } from '../residence-route.ts';
import type { CaseRowAnswer } from '../schemas/imports.ts';
import type { CsvRow } from './csv-table.ts';
import { differingCaseColumns } from './differing-columns.ts';
import { commandOfRow } from './outcome-row.ts';
import type { RowParts, Sending } from './outcome-row.ts';
import { ragged, refusalOf, refused, refusedWhole } from './refused-row.ts';

export interface CaseRow {
  readonly line: number;
  /** Undefined: the row is not as long as the header. */
  readonly verdict: CaseVerdict | undefined;
}

export function readCaseRow({ line, cells }: CsvRow<CaseColumn>, now: Instant): CaseRow {
  return { line, verdict: cells === undefined ? undefined : judgeCase(cells, now) };
}

/** As of an outcome: of two rows about one person, or of one reference, the first is taken first. */
export function keysOfCaseRow({ verdict }: CaseRow): string[] {
  if (verdict === undefined || verdict.verdict === 'refused') return [];
  if (verdict.verdict === 'not-a-referral') return [`case ${verdict.providerRef}`];
  const { providerRef, nominalNumber, surname, birthDate } = verdict.openCase;
  return [
    `case ${providerRef}`,
    ...(nominalNumber === null ? [] : [`number ${nominalNumber}`]),
    `name ${surname.toUpperCase()} ${birthDate}`,
  ];
}

/**
 * Takes one case over, or finds it taken; safe to repeat. What cannot be recorded is refused with its line and stops no
 * other row.
 *
 * @throws errors of `pg`: the database is away, and nothing is known of this row
 */
export async function takeCaseRow(
  parts: RowParts,
  sending: Sending,
  providerId: string,
  row: CaseRow,
): Promise<CaseRowAnswer> {
  const answer = await answerFor(parts, sending, providerId, row);
  const outcome =
    answer.answer === 'not-a-referral' || answer.answer === 'refused' ? answer.reason : answer.answer;
  parts.metrics.intake.inc({ source: 'caseload-import', outcome });
  return answer;
}

async function answerFor(
  parts: RowParts,
  sending: Sending,
  providerId: string,
  { line, verdict }: CaseRow,
): Promise<CaseRowAnswer> {
  if (verdict === undefined) return ragged(line);
  switch (verdict.verdict) {
    case 'refused':
      return refused(line, verdict.column, verdict.reason, caseRefusals[verdict.reason]);
    case 'not-a-referral': {
      const { providerRef, reason } = verdict;
      const { counted, pathwayId } = await countCase(parts.db, sending.actor.forceId, {
        providerId,
        providerRef,
      });
      if (counted) return { line, answer: 'not-a-referral', reason };
      return pathwayId === null
        ? { line, answer: 'already-there' }
        : { line, answer: 'already-there', pathwayId, note: 'referred-but-now-none' };
    }
    case 'case':
      return takeOver(parts, sending, providerId, line, verdict).catch((error: unknown) =>
        refusalOf<CaseColumn>(line, 'ReferralReceived', error),
      );
  }
}

async function takeOver(
  parts: RowParts,
  sending: Sending,
  providerId: string,
  line: number,
  { openCase, unread }: Extract<CaseVerdict, { verdict: 'case' }>,
): Promise<CaseRowAnswer> {
  const { db } = parts;
  const { actor } = sending;
  const { forceId } = actor;
  const outcome = outcomeOf(openCase);
  // Nothing is kept that would say why it was counted, so nobody can say what has changed since.
  if (outcome !== null && (await knownOutcome(db, forceId, outcome)) === 'counted') {
    return { line, answer: 'already-there', note: 'counted-but-now-a-referral' };
  }
  const { opened, refusal } = await openCaseOf(parts, sending, providerId, line, openCase);
  if (refusal !== undefined) return refusedWhole(line, 'not-allowed', refusal.message);
  const { reference, pathwayId, because } = opened;
  if (because === 'outcome' && !(await maySee(parts, actor, pathwayId))) {
    return { line, answer: 'already-there', note: 'held-elsewhere' };
  }
  const differs = await differingCaseColumns(db, forceId, opened, openCase);
  const found = { line, reference, pathwayId, ...(differs.length === 0 ? {} : { differs }) };
  if (because === 'outcome') return { ...found, answer: 'already-there', note: 'referred-already' };
  if (because === 'case') return { ...found, answer: 'already-there' };
  const possibleMatches = await matchesToldTo(db, actor, opened);
  return {
    ...{ ...found, answer: 'taken' },
    ...(unread.length === 0 ? {} : { unread: [...unread] }),
    ...(possibleMatches === 0 ? {} : { possibleMatches }),
  };
}

function outcomeOf({ occurrenceNumber, nominalNumber }: OpenCase) {
  return occurrenceNumber === null || nominalNumber === null ? null : { occurrenceNumber, nominalNumber };
}

/** A provider learns nothing of a case that another one has. */
async function maySee({ db }: RowParts, actor: Actor, pathwayId: string): Promise<boolean> {
  const { forceId, role, organisationId } = actor;
  const providerId = providerRoles.includes(role) ? organisationId : null;
  return (await pathwayById(db, { forceId, providerId }, pathwayId)) !== null;
}

type Opened =
  | { readonly opened: OpenedPathway; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly opened?: undefined };

/** The opening and all that is known since, in one append. @throws Problem `no-policy` */
async function openCaseOf(
  { db, build, numbers }: RowParts,
  { actor, passId, receivedAt: takenAt }: Sending,
  providerId: string,
  line: number,
  openCase: OpenCase,
): Promise<Opened> {
  const { forceId } = actor;
  const { receivedAt, language, safeToText, birthDate, worker, providerRef } = openCase;
  const route = await routeOfCase(db, forceId, providerId, openCase);
  const policy = await policyOfRoute(db, forceId, route, receivedAt);
  if (policy === null) throw new Problem('no-policy');
  const workerId = worker === null ? null : await workerIdFor(db, forceId, providerId, worker);
  const person = personOf(openCase);
  const outcome = outcomeOf(openCase);
  const pathwayId = randomUUID();
  const personId = randomUUID();
  const area = await areaOfResidence(db, forceId, openCase.postcode);
  const { firstContactAt, attempts, assessedAt, nextAppointmentAt, treatmentStartedAt } = openCase;
  const data: ReferralData = {
    ...{ pathwayId, personId, receivedAt, birthDate, language, safeToText, policy },
    source: { source: outcome === null ? 'other' : 'police', via: 'caseload-import' },
    disposal: outcome === null ? null : 'adult-community-resolution',
    ...{ offenceCode: null, offenceDate: null, knownChannels: channelsOf(person) },
    route: { providerId, programme: route.programme, routeId: route.routeId },
    ...(area === null ? {} : { area }),
    soFar: { firstContactAt, attempts, assessedAt, nextAppointmentAt, treatmentStartedAt, workerId },
  };
  const command: Command = {
    ...{ commandId: commandOfRow(passId, line), name: 'receive-referral', data },
    ...{ occurredAt: receivedAt, receivedAt: takenAt, actor },
  };
  const { entry, refusal } = decideOpening('diversion', command, toInstant(Date.now()));
  if (refusal !== undefined) return { refusal };
  const { programme, policyId } = policy;
  const opened = await openPathway(db, {
    ...{ forceId, pathwayId, kind: 'diversion', source: 'caseload-import', programme, policyId },
    ...{ receivedAt, person: { ...person, personId }, entry, build },
    mobileIsTextable: person.mobile !== null && textableNumber(person.mobile, numbers) !== undefined,
    ...(outcome === null ? {} : { outcome }),
    providerCase: { providerId, providerRef },
  });
  return { opened };
}

/** How the case came to the provider is not said: the row of the table that would have sent it there, or none. */
async function routeOfCase(
  db: RowParts['db'],
  forceId: string,
  providerId: string,
  { receivedAt, postcode }: OpenCase,
): Promise<RouteRow> {
  const routes = await routesInForce(db, forceId, receivedAt, diversionProgramme);
  const own = routes.filter((route) => route.providerId === providerId);
  const none: RouteRow = {
    ...{ routeId: 'caseload-import', programme: diversionProgramme, postcodeArea: '*', providerId },
    ...{ validFrom: receivedAt, validUntil: null },
  };
  return routeFor(own, postcode) ?? own[0] ?? none;
}

function personOf(openCase: OpenCase): PersonDetails {
  const { nominalNumber, surname, forenames, birthDate, address, postcode, mobile } = openCase;
  const { language, safeToText } = openCase;
  return {
    ...{ nominalNumber, surname, forenames, birthDate, address, postcode, language, safeToText },
    mobile: mobile === null ? null : (textableNumber(mobile, anySpelling) ?? mobile),
    ...{ email: null, sex: null, ethnicity: null },
  };
}
