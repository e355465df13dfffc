import { caseAddress } from '../messages/page-address.ts';
import { judgeEmail, judgeProgress } from '../messages/judge.ts';
import type { EmailJudgement } from '../messages/judge.ts';
import { renderEmail } from '../messages/render.ts';
import type { EmailSubject } from '../messages/render.ts';
import { progressFactsOf } from '../messages/sending-facts.ts';
import type { Database } from '../store/database.ts';
import { readEvents } from '../store/ledger.ts';
import type { DeliveryCase, MessageRow } from '../store/messages.ts';
import { organisationsAt, placeByCode } from '../store/organisations.ts';
import { pathwayById } from '../store/pathways.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import { staffAddress } from '../store/staff-addresses.ts';
import type { AddressOwner } from '../store/staff-addresses.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { StoredEvent } from '../workflows/domain/common/event.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { messagePurposes, purposeRow } from '../workflows/domain/common/message-purpose.ts';
import type { EmailPurpose } from '../workflows/domain/common/message-purpose.ts';
import type { PathwayKind } from '../workflows/domain/common/pathway-kind.ts';
import type { PathwayState } from '../workflows/domain/common/pathway-state.ts';
import type { CompulsoryLedgerEvent } from '../workflows/domain/compulsory/events.ts';
import { compulsory } from '../workflows/domain/compulsory/kind.ts';
import { dutyToldByEmail } from '../workflows/domain/compulsory/told-by-email.ts';
import type { DutyToldByEmail } from '../workflows/domain/compulsory/told-by-email.ts';
import type { RecordedDiversionEvent } from '../workflows/domain/diversion/events.ts';
import { diversion } from '../workflows/domain/diversion/kind.ts';
import { toldByEmail } from '../workflows/domain/diversion/told-by-email.ts';

/** Whom an e-mail to somebody at work goes to, and its words. */

export interface StaffEmail {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly languages: readonly Language[];
}

/**
 * The first of those whom it may go to that has an address, as the case is now. null: nobody has one.
 * @param now which teams there are
 * @throws RangeError when the ledger does not hold what the words tell
 */
export async function staffEmail(
  db: Database,
  message: MessageRow,
  purpose: EmailPurpose,
  {
    now,
    ...settings
  }: { readonly publicUrl: string; readonly caseUrl: string | null; readonly now: Instant },
): Promise<StaffEmail | null> {
  const { forceId, pathwayId } = message;
  const scope = wholeForce(forceId);
  const pathway = await pathwayById(db, scope, pathwayId);
  if (pathway === null) return null;
  const kept = await readEvents(db, scope, pathwayId);
  const { owners, at, progress } =
    pathway.kind === 'diversion'
      ? ofReferral(message, purpose, pathway, kept)
      : await ofDuty(db, message, purpose, kept, now);
  const to = await firstAddress(db, owners);
  if (to === null) return null;
  const address = caseAddress(settings, purpose, pathwayId);
  return { to, ...inBothLanguages(purpose, { reference: pathway.reference, ...address, at, progress }) };
}

interface Told extends Required<Pick<EmailSubject, 'at' | 'progress'>> {
  /** In the order in which they are asked for an address. */
  readonly owners: readonly AddressOwner[];
}

function ofReferral(
  message: MessageRow,
  purpose: EmailPurpose,
  { forceId, workerId, providerId, offeredTo }: PathwayRow,
  kept: readonly StoredEvent[],
): Told {
  const { state, caused } = asOf(diversion, message, purpose, kept);
  const told = toldByEmail(
    purpose,
    state,
    caused as unknown as readonly RecordedDiversionEvent[],
    message.appointmentId,
  );
  const team = owner(forceId, 'team', purpose === 'transfer-offered' ? offeredTo : providerId);
  switch (messagePurposes[purpose].audience) {
    case 'caseworker':
      return { ...told, owners: [...owner(forceId, 'user', workerId), ...team] };
    case 'officer': {
      const opened = kept[0]?.actor;
      const officer = opened?.role === 'PoliceOfficer' ? opened.userId : null;
      return { ...told, owners: owner(forceId, 'user', officer) };
    }
    case 'team':
      return { ...told, owners: team };
  }
}

async function ofDuty(
  db: Database,
  message: MessageRow,
  purpose: EmailPurpose,
  kept: readonly StoredEvent[],
  now: Instant,
): Promise<Told> {
  const { forceId, appointmentId } = message;
  const { state, caused } = asOf(compulsory, message, purpose, kept);
  const told = dutyToldByEmail(
    purpose,
    state,
    caused as unknown as readonly CompulsoryLedgerEvent[],
    appointmentId,
  );
  return { at: told.at, progress: null, owners: await ownersAtDesk(db, forceId, told, kept, now) };
}

/** Who has no inbox is stood in for by the other team that has to do with the duty; custody by nobody. */
async function ownersAtDesk(
  db: Database,
  forceId: string,
  { desk, placeCode }: DutyToldByEmail,
  kept: readonly StoredEvent[],
  now: Instant,
): Promise<AddressOwner[]> {
  if (desk === 'custody') return owner(forceId, 'team', kept[0]?.actor.organisationId ?? null);
  const place = placeCode === null ? null : await placeByCode(db, forceId, placeCode);
  const assessors = owner(forceId, 'team', place?.organisationId ?? null);
  const teams = await organisationsAt(db, forceId, now, 'programme-team');
  const programme = teams.flatMap(({ organisationId }) => owner(forceId, 'team', organisationId));
  return desk === 'assessors' ? [...assessors, ...programme] : [...programme, ...assessors];
}

/** The pathway after the decision that caused the message, and the events of that decision. */
function asOf<S extends PathwayState>(
  kind: PathwayKind<S>,
  { seq, commandId }: Pick<MessageRow, 'seq' | 'commandId'>,
  purpose: EmailPurpose,
  kept: readonly StoredEvent[],
): { readonly state: S; readonly caused: readonly StoredEvent[] } {
  const events = kept.filter((event) => event.seq <= seq).map((event) => kind.upcast(event));
  const state = events.reduce<S | undefined>((folded, event) => kind.evolve(folded, event), undefined);
  if (state === undefined) throw new RangeError(`${purpose} is of no event`);
  return { state, caused: events.filter((event) => event.commandId === commandId) };
}

/** Nobody has said in which language they want it, and neither may come after a choice that nobody made. */
function inBothLanguages(purpose: EmailPurpose, subject: EmailSubject): Omit<StaffEmail, 'to'> {
  const english = renderEmail(purpose, 'en', subject);
  const welsh = renderEmail(purpose, 'cy', subject);
  return {
    subject: `${english.subject} / ${welsh.subject}`,
    body: `${english.text}\n---\n\n${welsh.text}`,
    languages: ['en', 'cy'],
  };
}

function owner(forceId: string, kind: AddressOwner['kind'], ownerId: string | null): AddressOwner[] {
  return ownerId === null ? [] : [{ forceId, kind, ownerId }];
}

async function firstAddress(db: Database, owners: readonly AddressOwner[]): Promise<string | null> {
  for (const each of owners) {
    const known = await staffAddress(db, each);
    if (known !== null) return known.address;
  }
  return null;
}

/** What is kept with whoever works with the case is judged by its time alone. */
export function judgedEmail(found: DeliveryCase, now: Instant): EmailJudgement {
  const { message } = found;
  return tellsPolice(message.purpose)
    ? judgeProgress(progressFactsOf(message, found), now)
    : judgeEmail(message, now);
}

export function tellsPolice(purpose: string): boolean {
  return purposeRow(purpose)?.audience === 'officer';
}
