import type { KnownChannel } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import { localParts } from '../common/london-time.ts';
import { isOpen } from './attention.ts';
import { wantsNoTexts } from './reminding.ts';
import type { DiversionState } from './state.ts';

/** What was tried, beside what must have been tried before a referral may end as "no contact". */
export interface EffortJudgement {
  readonly tries: Measured;
  /** Different local days. */
  readonly days: Measured;
  readonly channels: Measured;
  readonly enough: boolean;
}

export interface Measured {
  readonly made: number;
  readonly needed: number;
}

/**
 * Only what a person tried counts, never what the system sent. Two channels are asked for only where two
 * are known and may be used, and only those count: a letter to somebody of whom only the phone is known is a try, but
 * none by the way in which they can be reached. Where none is known any will do.
 * @param period only tries from its start and before its end count; left out: all.
 */
export function judgeEffort(
  state: DiversionState,
  period?: { readonly from: Instant; readonly until: Instant },
): EffortJudgement {
  const { attempts, days, channels } = state.policy.contactEffort;
  const tries = state.contact.tries.filter(
    ({ at }) => period === undefined || (at >= period.from && at < period.until),
  );
  const usable = usableChannels(state);
  const reaching = tries.filter(({ channel }) => usable.length === 0 || usable.includes(channel));
  const judged = {
    tries: { made: tries.length, needed: attempts },
    days: { made: new Set(tries.map(({ at }) => localParts(at).date)).size, needed: days },
    channels: {
      made: new Set(reaching.map(({ channel }) => channel)).size,
      needed: Math.min(channels, Math.max(1, usable.length)),
    },
  };
  return { ...judged, enough: Object.values(judged).every(({ made, needed }) => made >= needed) };
}

/** The known channels without those that must not be used now. */
function usableChannels(state: DiversionState): KnownChannel[] {
  const wrongNumber = isOpen(state, 'wrong-number') || isOpen(state, 'check-number');
  const { text = state.safeToText, email = 'yes', post = 'yes' } = state.contactPreferences;
  const usable: Readonly<Record<KnownChannel, boolean>> = {
    text: text === 'yes' && !wantsNoTexts(state) && !wrongNumber,
    phone: !wrongNumber,
    email: email === 'yes',
    post: post === 'yes',
    'in-person': true,
  };
  return [...new Set(state.knownChannels)].filter((channel) => usable[channel]);
}
