import { habits } from './habits.ts';
import { workerIds } from './life-draft.ts';
import type { LifeDraft } from './life-draft.ts';
import { treat } from './treatment-plan.ts';
import { clockDays } from './clock-days.ts';

/** Thinks up what becomes of one referral, from the provider's word to its end. */
export function live(draft: LifeDraft, hasRoute: boolean): void {
  if (!hasRoute) {
    draft.pass(0.2, 3);
    draft.command('reroute', { providerId: draft.provider, reason: 'no-route' }, { who: 'manager' });
  }
  if (draft.chance(habits.void)) {
    draft.pass(0.1, 3);
    draft.command('void-pathway', { reason: 'rescinded' }, { who: draft.ofPolice ? 'officer' : 'manager' });
    draft.over = true;
    return;
  }
  for (const step of [takeUp, findPerson, meet, assess, treat]) {
    step(draft);
    if (draft.over) break;
  }
  die(draft);
}

/** The provider's word. Who says none takes the person with the first try. */
function takeUp(draft: LifeDraft): void {
  draft.pass(0.2, 1.5);
  if (draft.chance(habits.givenBack)) {
    draft.command('decline-referral', { reason: draft.random.pick(['out-of-area', 'no-capacity']) });
    draft.pass(0.3, 3);
    if (draft.chance(habits.closedAfterGivingBack)) {
      draft.command('close-pathway', { reason: 'not-suitable' }, { who: 'manager' });
      draft.over = true;
      return;
    }
    draft.provider = draft.otherProvider;
    draft.command('reroute', { providerId: draft.provider, reason: 'declined' }, { who: 'manager' });
    draft.accepted = false;
    draft.pass(0.2, 1);
  }
  if (!draft.accepted) {
    if (!draft.chance(habits.saidWord)) return;
    draft.command('accept-referral');
  }
  if (draft.chance(habits.assigned)) {
    draft.pass(0.05, 0.3);
    draft.command('assign-caseworker', { workerId: workerIds[draft.provider] });
  }
}

const channels = ['phone', 'text', 'phone', 'in-person'] as const;

/** Tries within the time of the contact effort. Who is not found is left to the clocks, and some come back. */
function findPerson(draft: LifeDraft): void {
  if (draft.chance(habits.custodyBeforeContact)) {
    draft.pass(0.2, 1);
    draft.fact('custody', 'officer');
    draft.pass(4, 20);
    draft.fact('release', 'prison-link');
  }
  const tries = draft.chance(habits.tooFewTries) ? 2 : 4;
  let firstTry: number | undefined;
  for (const channel of channels.slice(0, tries)) {
    if (!draft.pass(0.4, 2.8)) return;
    firstTry ??= draft.day;
    if (draft.chance(habits.reachedAtTry)) {
      if (draft.chance(habits.declines)) {
        draft.command('record-contact-attempt', { channel, result: 'declined', by: 'person' });
        if (draft.pass(0.1, 2)) draft.close('declined');
        return;
      }
      draft.command('record-contact-attempt', { channel, result: 'reached', by: 'person' });
      return;
    }
    const result = channel === 'in-person' ? 'no-answer' : draft.random.pick(['no-answer', 'left-message']);
    draft.command('record-contact-attempt', { channel, result, by: 'person' });
  }
  draft.over = true;
  if (tries < 3 || firstTry === undefined || !draft.chance(habits.comesBackAfterNoContact)) return;
  // Closed as no contact by then; whoever rings within the late window comes back.
  draft.day = firstTry + clockDays.contactEffort + draft.days(3, clockDays.lateEngagement - 6);
  draft.comeBack();
  draft.command('record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' });
}

const mostBookings = 3;

/** Bookings until the person comes. */
function meet(draft: LifeDraft): void {
  for (let bookings = 1; bookings <= mostBookings; bookings += 1) {
    if (!draft.pass(0.2, 2)) return;
    if (bookings === 1 && draft.chance(habits.stopsTexts)) draft.fact('stop-texts', draft.worker);
    if (!bookAndWait(draft)) continue;
    if (draft.over || draft.engaged) return;
  }
  if (!draft.pass(0.2, 2)) return;
  draft.close('disengaged');
  if (!draft.chance(habits.reopensAfterDisengaging)) return;
  draft.day += draft.days(2, clockDays.lateEngagement - 4);
  draft.comeBack();
  draft.command('reopen-pathway', { reason: 'came-back' });
  if (!draft.pass(0.2, 2)) return;
  draft.command('record-engagement', { evidence: 'other' });
  draft.engaged = true;
}

/** @returns whether the appointment's time came; false: it was cancelled */
function bookAndWait(draft: LifeDraft): boolean {
  const label = `booking-${String(draft.acts.length)}`;
  let from = draft.day + draft.days(2.5, 9);
  const slot = () => ({ from, to: from + 0.05 });
  const { placeCode } = draft;
  draft.command('book-appointment', { kind: 'first-meeting', placeCode }, { slot: slot(), label });
  let appointment = label;
  if (draft.chance(habits.cancels)) {
    draft.pass(0.3, 1.2);
    const asked = { askedBy: 'provider', reason: 'staff-away' };
    draft.command('cancel-appointment', asked, { ids: { appointmentId: appointment } });
    return false;
  }
  if (draft.chance(habits.moves)) {
    draft.pass(0.3, 1.2);
    from += draft.days(1, 6);
    appointment = `${label}-moved`;
    const asked = { askedBy: 'person', reason: draft.random.pick(['work', 'ill', 'childcare']) };
    draft.command('reschedule-appointment', asked, {
      ...{ slot: slot(), label: appointment },
      ids: { appointmentId: label },
    });
  }
  draft.day = from + 0.05;
  if (draft.chance(habits.neverRecorded)) {
    draft.over = true;
    return true;
  }
  // The time of the referral may be over by then; the closure waits a day for what came of the appointment.
  draft.day += draft.days(0.05, 0.6);
  const came = draft.chance(habits.comes);
  const attendance = came ? 'attended-and-remained' : missed(draft);
  draft.command('record-attendance', { attendance }, { ids: { appointmentId: appointment } });
  draft.engaged = came;
  if (draft.day > draft.limit - 2) draft.over = true;
  return true;
}

function missed(draft: LifeDraft): string {
  if (draft.chance(habits.providerCaused)) return 'provider-caused';
  return draft.chance(habits.leavesEarly) ? 'attended-and-left' : 'absent';
}

/** The full assessment, before it what may come between. */
function assess(draft: LifeDraft): void {
  if (draft.chance(habits.moved)) {
    if (!draft.pass(0.3, 2)) return;
    const home = draft.provider === 'ddas' ? 'SA61 1ZZ' : 'LD3 1ZZ';
    draft.command('record-move', { residence: { postcode: home } });
  }
  if (draft.chance(habits.transferred)) transfer(draft);
  if (draft.over || !draft.pass(1, 8)) return;
  if (draft.chance(habits.withdrawsConsent)) {
    // The referral closes with it.
    draft.fact('consent-withdrawn', draft.worker, 'treatment');
    draft.over = true;
    return;
  }
  const substances = draft.random.pick([
    ['cannabis'],
    ['cannabis', 'cocaine'],
    ['cocaine', 'alcohol'],
    ['heroin'],
  ]);
  if (draft.chance(habits.suitable)) {
    draft.command('record-assessment', { substances, result: 'suitable' });
    return;
  }
  if (draft.chance(habits.otherHelp)) {
    draft.command('record-assessment', { substances, result: 'other-help', signposts: ['housing'] });
  } else {
    draft.command('record-assessment', { substances, result: 'none-needed' });
  }
  if (!draft.pass(0.5, 6)) return;
  draft.close('no-treatment-needed');
}

function transfer(draft: LifeDraft): void {
  if (!draft.pass(0.5, 3)) return;
  const [to, label] = [draft.otherProvider, `offer-${String(draft.acts.length)}`];
  draft.command('transfer-pathway', { providerId: to, reason: 'persons-choice' }, { label });
  if (!draft.pass(0.3, 6)) return;
  const answer = {
    ids: { transferId: label },
    who: to === 'ddas' ? 'caseworker' : 'kaleidoscope-caseworker',
  } as const;
  if (draft.chance(habits.transferRefused)) {
    draft.command('decline-transfer', { reason: 'no-capacity' }, answer);
    return;
  }
  draft.command('accept-transfer', {}, answer);
  draft.provider = to;
}

/** A death at any point of the life, and nothing after it. */
function die(draft: LifeDraft): void {
  if (!draft.chance(habits.dies) || draft.acts.length === 0) return;
  const before = draft.random.pick(draft.acts);
  draft.acts.splice(draft.acts.indexOf(before) + 1);
  draft.day = before.day + draft.days(0.3, 4);
  draft.fact('death', draft.random.pick(['officer', draft.worker]));
}
