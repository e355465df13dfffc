import type {
  AcrListAnswer,
  AnyRowAnswer,
  ImportAnswer,
  ImportTotals,
  OpenCasesAnswer,
} from '../api/schemas/imports.ts';
import type { NotReferralReason } from '../workflows/domain/diversion/possession-outcome.ts';

const whyNoReferral: Readonly<Record<NotReferralReason, string>> = {
  'not-possession': 'another offence than possession',
  'other-outcome': 'another outcome than a community resolution',
  declined: 'declined',
  'under-18': 'under 18; please signpost to the young people’s service',
};

/** Rows of one sort that are listed; the API's answer holds them all. */
const mostListed = 200;

/** What became of a file, in lines for the person at the terminal. */
export function reportOf(
  fileName: string,
  { totals, ...answer }: ImportAnswer | OpenCasesAnswer | AcrListAnswer,
): string[] {
  const all: readonly AnyRowAnswer[] = answer.rows;
  return [
    ...(answer.changed ? takenOf(fileName, totals) : nothingNew(fileName, totals)),
    ...(answer.unknownColumns.length === 0
      ? []
      : [`Columns not known, ignored: ${answer.unknownColumns.join(', ')}`]),
    ...listed('Refused, to be mended and sent again:', all.flatMap(refusalOf)),
    ...listed('A person has to decide; nothing was changed:', all.flatMap(questionOf), howToDecide),
    ...listed('Taken, but cells cannot be read and count as not known:', all.flatMap(unreadOf)),
  ];
}

function takenOf(fileName: string, totals: ImportTotals): string[] {
  const width = String(totals.rows).length;
  const line = (count: number, words: string): string => `  ${String(count).padStart(width)} ${words}`;
  return [
    `${fileName}: ${rows(totals.rows)} read`,
    line(totals.taken, 'taken'),
    line(totals.alreadyThere, 'already there'),
    line(totals.notAReferral, 'not a referral, counted only'),
    ...reasons(totals),
    line(totals.refused, 'refused'),
  ];
}

/** Of a file sent again, as a rule: nothing of it is new, whether it was a referral or only counted before. */
function nothingNew(fileName: string, totals: ImportTotals): string[] {
  const { alreadyThere, alreadyThereAs: as, refused } = totals;
  const counts = `already there: ${String(alreadyThere)}, refused: ${String(refused)}, of ${rows(totals.rows)}`;
  return [
    `${fileName}: ${counts}. Nothing was changed.`,
    ...(as === undefined || alreadyThere === 0
      ? []
      : [
          `  Of those that were there, ${String(as.referral)} had become a case and ${String(as.counted)} are counted only.`,
        ]),
  ];
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${String(count)} rows`;
}

function reasons(totals: ImportTotals): string[] {
  return Object.entries(totals.notAReferralBecause)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `      ${String(count)} ${whyNoReferral[reason as NotReferralReason]}`);
}

function listed(heading: string, lines: readonly string[], ending: readonly string[] = []): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - mostListed;
  const shown = [...lines.slice(0, mostListed), ...(more > 0 ? [`  and ${String(more)} more`] : [])];
  return [heading, ...shown, ...ending];
}

/** Where each kind of question is answered. */
const howToDecide: readonly string[] = [
  '  Who is one person, a manager says: POST /api/v1/persons/{personId}/merges. What is recorded wrongly is put right by the',
  '  command amend-details of the case, the wrong person by reassign-person, and a case that should not be by void-pathway.',
];

function refusalOf(row: AnyRowAnswer): string[] {
  if (row.answer !== 'refused') return [];
  return [`  line ${String(row.line)}${row.column === null ? '' : `, ${row.column}`}: ${row.message}`];
}

const questions = {
  'counted-but-now-a-referral': 'was counted before as no referral, and now reads as one',
  'referred-but-now-none': 'was taken before as a referral, and now reads as none',
  'referred-already':
    'the force has referred this person for the same outcome: what the file says of contact and treatment was not taken',
  'held-elsewhere': 'the same outcome is a case of somebody else: ask the force',
} as const;

function questionOf(row: AnyRowAnswer): string[] {
  const said: string[] = [];
  if (row.answer === 'already-there' && row.note !== undefined) said.push(questions[row.note]);
  if ((row.answer === 'already-there' || row.answer === 'taken') && row.differs !== undefined) {
    said.push(`says something else than is recorded: ${row.differs.join(', ')}`);
  }
  if (row.answer === 'taken' && row.possibleMatches !== undefined) {
    said.push('another person has this name and birth date');
  }
  return said.length === 0 ? [] : [`  line ${String(row.line)}: ${said.join('; ')}`];
}

function unreadOf(row: AnyRowAnswer): string[] {
  return row.answer === 'taken' && row.unread !== undefined
    ? [`  line ${String(row.line)}: ${row.unread.join(', ')}`]
    : [];
}
