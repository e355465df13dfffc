import type { Metrics } from '../../platform/metrics.ts';
import type { Database } from '../../store/database.ts';
import { keepFromTexts } from '../../store/intake.ts';
import { countOutcome, knownOutcome } from '../../store/outcome-counts.ts';
import { anySpelling, textableNumber } from '../../messages/phone-number.ts';
import type { NumberPlan } from '../../messages/phone-number.ts';
import type { Actor } from '../../workflows/domain/common/actor.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { judgeOutcome, rowRefusals } from '../../workflows/domain/diversion/possession-outcome.ts';
import type {
  CountedOutcome,
  OutcomeColumn,
  OutcomeVerdict,
  PossessionReferral,
  ReferralOutcome,
} from '../../workflows/domain/diversion/possession-outcome.ts';
import { matchesToldTo } from '../people-view.ts';
import { takeReferral } from '../referral-intake.ts';
import type { NewReferral } from '../referral-intake.ts';
import type { RowAnswer } from '../schemas/imports.ts';
import type { CsvRow } from './csv-table.ts';
import { differingColumns } from './differing-columns.ts';
import { ragged, refusalOf, refused, refusedWhole } from './refused-row.ts';

export interface RowParts {
  readonly db: Database;
  readonly metrics: Metrics;
  readonly build: string;
  readonly numbers: NumberPlan;
}

/** The sending that a row belongs to. */
export interface Sending {
  readonly actor: Actor;
  readonly importId: string;
  /** The rows' commands are named after it: a row done twice is known as its own. */
  readonly passId: string;
  readonly receivedAt: Instant;
}

export interface OutcomeRow {
  readonly line: number;
  /** Undefined: the row is not as long as the header. */
  readonly verdict: OutcomeVerdict | undefined;
}

export function commandOfRow(passId: string, line: number): string {
  return `${passId}:${String(line)}`;
}

export function readOutcomeRow({ line, cells }: CsvRow<OutcomeColumn>, now: Instant): OutcomeRow {
  return { line, verdict: cells === undefined ? undefined : judgeOutcome(cells, now) };
}

/**
 * What two rows must not share while both are worked on: the person's number, so that the first of two makes
 * the person and of one outcome sent twice the first is taken; name and birth date, so that the second of two
 * people alike finds the first.
 */
export function keysOfRow({ verdict }: OutcomeRow): string[] {
  if (verdict === undefined || verdict.verdict === 'refused') return [];
  if (verdict.verdict === 'not-a-referral') return [`number ${verdict.identity.nominalNumber}`];
  const { nominalNumber, surname, birthDate } = verdict.referral;
  return [`number ${nominalNumber}`, `name ${surname.toUpperCase()} ${birthDate}`];
}

/**
 * Records one row, or finds it recorded; safe to repeat. What cannot be recorded is refused with its line and
 * stops no other row.
 *
 * @throws errors of `pg`: the database is away, and nothing is known of this row
 */
export async function takeOutcomeRow(parts: RowParts, sending: Sending, row: OutcomeRow): Promise<RowAnswer> {
  const answer = await answerFor(parts, sending, row);
  const outcome =
    answer.answer === 'not-a-referral' || answer.answer === 'refused' ? answer.reason : answer.answer;
  parts.metrics.intake.inc({ source: 'records-export', outcome });
  return answer;
}

async function answerFor(
  parts: RowParts,
  sending: Sending,
  { line, verdict }: OutcomeRow,
): Promise<RowAnswer> {
  if (verdict === undefined) {
    return ragged(line);
  }
  switch (verdict.verdict) {
    case 'refused':
      return refused(line, verdict.column, verdict.reason, rowRefusals[verdict.reason]);
    case 'not-a-referral':
      return count(parts.db, sending.actor.forceId, line, verdict);
    case 'referral':
      return refer(parts, sending, line, verdict).catch((error: unknown) =>
        refusalOf<OutcomeColumn>(line, 'OutcomeDate', error),
      );
  }
}

async function count(
  db: Database,
  forceId: string,
  line: number,
  verdict: CountedOutcome,
): Promise<RowAnswer> {
  const { identity, reason, month, outcomeCode, offenceCode, notSafeToText } = verdict;
  if (notSafeToText !== undefined) {
    const { nominalNumber } = identity;
    await keepFromTexts(db, forceId, { ...notSafeToText, nominalNumber, safeToText: 'no' });
  }
  const known = await knownOutcome(db, forceId, identity);
  if (known !== null && known !== 'counted') {
    return { line, answer: 'already-there', pathwayId: known.pathwayId, note: 'referred-but-now-none' };
  }
  const { counted } = await countOutcome(db, forceId, identity, { month, outcomeCode, offenceCode, reason });
  return counted ? { line, answer: 'not-a-referral', reason } : { line, answer: 'already-there' };
}

async function refer(
  parts: RowParts,
  { actor, passId, receivedAt }: Sending,
  line: number,
  { referral, unread }: ReferralOutcome,
): Promise<RowAnswer> {
  // Nothing is kept that would say why it was counted, so nobody can say what has changed since.
  if ((await knownOutcome(parts.db, actor.forceId, referral)) === 'counted') {
    return { line, answer: 'already-there', note: 'counted-but-now-a-referral' };
  }
  const commandId = commandOfRow(passId, line);
  const { opened, refusal } = await takeReferral(parts, {
    ...{ actor, commandId, receivedAt },
    referral: newReferralOf(referral),
  });
  if (refusal !== undefined) return refusedWhole(line, 'not-allowed', refusal.message);
  const { reference, pathwayId } = opened;
  const possibleMatches = await matchesToldTo(parts.db, actor, opened);
  const differs = await differingColumns(parts.db, actor.forceId, opened, referral);
  const found = { line, reference, pathwayId, ...(differs.length === 0 ? {} : { differs }) };
  if (opened.because === 'outcome') return { ...found, answer: 'already-there' };
  return {
    ...{ ...found, answer: 'taken' },
    ...(unread.length === 0 ? {} : { unread: [...unread] }),
    ...(possibleMatches === 0 ? {} : { possibleMatches }),
  };
}

function newReferralOf(referral: PossessionReferral): NewReferral {
  const { occurrenceNumber, nominalNumber, decidedAt, offenceCode, offenceDate, drug, ...person } = referral;
  const { mobile } = person;
  return {
    via: 'records-export',
    // In the one spelling where it can be texted, as the form has it.
    person: {
      ...person,
      nominalNumber,
      mobile: mobile === null ? null : (textableNumber(mobile, anySpelling) ?? mobile),
    },
    outcome: { occurrenceNumber, nominalNumber },
    outcomeAt: decidedAt,
    offenceCode,
    offenceDate,
    ...(drug === null ? {} : { drugCode: drug }),
  };
}
