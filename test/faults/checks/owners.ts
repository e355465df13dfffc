import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { isDiversionEvent } from './diversion-event.ts';

/** Worked out from the events alone: who has the person, and whom they are offered to. */
interface Holding {
  owner: string | null;
  offer: { readonly transferId: string; readonly to: string } | null;
  /** Before a death that may prove to be none. */
  beforeDeath: Holding['offer'];
}

/** Each referral is with one provider or with none, goes from whom it is with, and its row says so. */
export function checkOwners(pathways: readonly LedgerPathway[]): Violation[] {
  return pathways
    .filter(({ kind }) => kind === 'diversion')
    .flatMap(({ pathwayId, events, columns }) => {
      const violations: Violation[] = [];
      const say = (what: string): number => violations.push(violation('owner', `${pathwayId}: ${what}`));
      const holding: Holding = { owner: null, offer: null, beforeDeath: null };
      for (const event of events) take(holding, event, (what) => say(`event ${String(event.seq)} ${what}`));
      if (holding.owner !== columns.providerId)
        say(`the row says ${columns.providerId ?? 'nobody'}, the events ${holding.owner ?? 'nobody'}`);
      return violations;
    });
}

function take(holding: Holding, event: LedgerPathway['events'][number], say: (what: string) => void): void {
  const { owner, offer } = holding;
  const leaves = (from: string | null): void => {
    if (from !== owner) say(`takes it from ${from ?? 'nobody'}, and ${owner ?? 'nobody'} has it`);
  };
  const answers = (transferId: string): void => {
    if (offer?.transferId !== transferId) say(`answers an offer that is not open`);
    holding.offer = null;
  };
  if (isDiversionEvent(event, 'referral-received')) holding.owner = event.data.route?.providerId ?? null;
  if (isDiversionEvent(event, 'referral-routed')) {
    leaves(event.data.from?.providerId ?? null);
    if (offer !== null) say('routes what is offered');
    holding.owner = event.data.route.providerId;
  }
  if (isDiversionEvent(event, 'referral-declined')) {
    leaves(event.data.route.providerId);
    holding.owner = null;
  }
  if (isDiversionEvent(event, 'transfer-offered')) {
    leaves(event.data.from.providerId);
    if (offer !== null) say('offers what is offered already');
    holding.offer = { transferId: event.data.transferId, to: event.data.to.providerId };
  }
  if (isDiversionEvent(event, 'transfer-accepted')) {
    leaves(event.data.from.providerId);
    if (offer?.to !== event.data.route.providerId) say('is accepted by whom it was not offered to');
    answers(event.data.transferId);
    holding.owner = event.data.route.providerId;
  }
  if (isDiversionEvent(event, 'transfer-declined') || isDiversionEvent(event, 'transfer-taken-back'))
    answers(event.data.transferId);
  if (isDiversionEvent(event, 'pathway-closed') || isDiversionEvent(event, 'pathway-voided')) {
    holding.beforeDeath = offer;
    holding.offer = null;
  }
  if (isDiversionEvent(event, 'death-corrected') && event.data.reopens) holding.offer = holding.beforeDeath;
}
