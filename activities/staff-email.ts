import { renderEmail } from '../messages/render.ts';
import type { EmailSubject } from '../messages/render.ts';
import type { Database } from '../store/database.ts';
import { readEvents } from '../store/ledger.ts';
import type { MessageRow } from '../store/messages.ts';
import { pathwayById } from '../store/pathways.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import { staffAddress } from '../store/staff-addresses.ts';
import type { AddressOwner } from '../store/staff-addresses.ts';
import type { StoredEvent } from '../workflows/domain/common/event.ts';
import { messagePurposes } from '../workflows/domain/common/message-purpose.ts';
import type { EmailPurpose } from '../workflows/domain/common/message-purpose.ts';
import type { RecordedDiversionEvent } from '../workflows/domain/diversion/events.ts';
import { diversion } from '../workflows/domain/diversion/kind.ts';
import type { DiversionState } from '../workflows/domain/diversion/state.ts';
import { toldByEmail } from '../workflows/domain/diversion/told-by-email.ts';

/** Whom an e-mail to somebody at work goes to, and its words. Only the voluntary path writes to staff. */

export interface StaffEmail {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

/**
 * The first of those whom it may go to that has an address, as the case is now. null: nobody has one.
 * @throws RangeError when the ledger does not hold what the words tell
 */
export async function staffEmail(
  db: Database,
  message: MessageRow,
  purpose: EmailPurpose,
  publicUrl: string,
): Promise<StaffEmail | null> {
  const { forceId, pathwayId, seq, commandId, appointmentId } = message;
  const scope = wholeForce(forceId);
  const pathway = await pathwayById(db, scope, pathwayId);
  if (pathway?.kind !== 'diversion') return null;
  const kept = await readEvents(db, scope, pathwayId);
  const to = await firstAddress(db, ownersOf(purpose, pathway, kept));
  if (to === null) return null;
  const events = kept
    .filter((event) => event.seq <= seq)
    .map((event) => diversion.upcast(event) as unknown as RecordedDiversionEvent);
  const state = events.reduce<DiversionState | undefined>(
    (folded, event) => diversion.evolve(folded, event as unknown as StoredEvent),
    undefined,
  );
  if (state === undefined) throw new RangeError(`${purpose} is of no event`);
  const caused = events.filter((event) => event.commandId === commandId);
  const { reference } = pathway;
  return {
    to,
    ...inBothLanguages(purpose, {
      ...{ reference, link: `${publicUrl}/api/v1/pathways/${pathwayId}` },
      ...toldByEmail(purpose, state, caused, appointmentId),
    }),
  };
}

/** Nobody has said in which language they want it, and neither may come after a choice that nobody made. */
function inBothLanguages(
  purpose: EmailPurpose,
  subject: EmailSubject,
): { readonly subject: string; readonly body: string } {
  const english = renderEmail(purpose, 'en', subject);
  const welsh = renderEmail(purpose, 'cy', subject);
  return {
    subject: `${english.subject} / ${welsh.subject}`,
    body: `${english.text}\n---\n\n${welsh.text}`,
  };
}

/** In the order in which they are asked for an address. */
function ownersOf(
  purpose: EmailPurpose,
  { forceId, workerId, providerId, offeredTo }: PathwayRow,
  kept: readonly StoredEvent[],
): AddressOwner[] {
  const team = owner(forceId, 'team', purpose === 'transfer-offered' ? offeredTo : providerId);
  switch (messagePurposes[purpose].audience) {
    case 'caseworker':
      return [...owner(forceId, 'user', workerId), ...team];
    case 'officer': {
      const opened = kept[0]?.actor;
      return owner(forceId, 'user', opened?.role === 'PoliceOfficer' ? opened.userId : null);
    }
    case 'team':
      return team;
  }
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
