import type { CarryFactData, Command } from '../common/command.ts';
import { preferredWays } from '../common/contact-preference.ts';
import type { ContactPreferences } from '../common/contact-preference.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { reminderRules } from '../common/reminder.ts';
import { raise, settle } from './attention.ts';
import { clearRules, remindersAhead } from './clocks.ts';
import { close, doneSoFar } from './closing.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { ConsentNoted, DiversionEvent } from './events.ts';
import { isNews } from './fact-matter.ts';
import { gainsWay, mayRemind, needsAnotherWay, wantsNoTexts } from './reminding.ts';
import type { DiversionState } from './state.ts';
import { endOffer } from './transferring.ts';

/**
 * What the person wants: texts, ways of being reached, consent to each purpose by itself. Taking one back takes back
 * nothing else.
 */

type CarryFact = Command<'carry-fact', CarryFactData>;

/** No text any more, and somebody is asked to reach the person in another way. */
export function stopTexts(state: DiversionState, command: CarryFact, now: Instant): Decision<DiversionEvent> {
  const at = notToCome(command, now);
  const { receivedAt: recordedAt } = command;
  const { textsStopped, finished } = state;
  if (finished || !isNews(state, 'texts', { at, recordedAt }, textsStopped)) {
    return refuse('already-done', 'No texts go out here any more, or something later is known.');
  }
  const { factId } = command.data;
  return new DecisionDraft(state, command)
    .record(
      'texts-stopped',
      at,
      { factId, recordedAt },
      textsStopped ? {} : withoutTexts(state, { ...state, textsStopped: true }, at),
    )
    .decided();
}

export function allowTexts(
  state: DiversionState,
  command: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const at = notToCome(command, now);
  const { receivedAt: recordedAt } = command;
  if (state.finished || !isNews(state, 'texts', { at, recordedAt }, !state.textsStopped)) {
    return refuse('already-done', 'Texts are not stopped here, or something later is known.');
  }
  const { factId } = command.data;
  const effects = withTexts(state, { ...state, textsStopped: false }, now);
  return new DecisionDraft(state, command)
    .record('texts-allowed', at, { factId, recordedAt }, effects)
    .decided();
}

export function noteConsent(
  state: DiversionState,
  command: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const { factId, fact, purpose } = command.data;
  if (purpose === undefined) {
    return refuse('condition-not-met', 'It is not said what the consent is for.', { factId });
  }
  const given = fact === 'consent-given';
  const at = notToCome(command, now);
  const { receivedAt: recordedAt } = command;
  const said = given ? 'given' : 'withdrawn';
  const ends = purpose === 'treatment' && !given && endsReferral(state, at);
  const known = state.consents[purpose] === said;
  if (state.finished || !isNews(state, `consent:${purpose}`, { at, recordedAt }, known && !ends)) {
    return refuse('already-done', 'This is known here already, or something later is.', { purpose, said });
  }
  const noted = { factId, recordedAt, purpose, given };
  const draft = new DecisionDraft(state, command);
  draft.record('consent-noted', at, noted, known ? {} : effectsOfConsent(state, noted, at, now));
  if (purpose === 'sharing' && !given && state.closure === null) endOffer(draft, at);
  if (ends) {
    // Never before what the person did, or the referral had done, by then.
    const closedAt = doneSoFar(state).reduce((latest, known) => (known > latest ? known : latest), at);
    close(draft, { reason: 'consent-withdrawn', at: closedAt, factId }, now);
  }
  return draft.decided();
}

/** Whoever was referred, or came back, after they had said no has agreed anew. */
function endsReferral({ closure, receivedAt, reopenedAt }: DiversionState, at: Instant): boolean {
  return closure === null && at >= receivedAt && (reopenedAt === null || at >= reopenedAt);
}

function effectsOfConsent(
  state: DiversionState,
  { purpose, given }: ConsentNoted,
  at: Instant,
  now: Instant,
): DraftEffects {
  if (purpose === 'texts') {
    return given
      ? withTexts(state, { ...state, consents: { ...state.consents, texts: 'given' } }, now)
      : withoutTexts(state, { ...state, consents: { ...state.consents, texts: 'withdrawn' } }, at);
  }
  if (purpose !== 'sharing' || state.closure !== null) {
    return {};
  }
  return given
    ? { settled: settle(state, ['sharing-withdrawn']) }
    : { raised: [raise(state, 'sharing-withdrawn', at)] };
}

/** Only what was said later than what is known of each way. */
export function notePreferences(
  state: DiversionState,
  command: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const { factId, preferences: said = {} } = command.data;
  const at = notToCome(command, now);
  const { receivedAt: recordedAt } = command;
  const { contactPreferences: known } = state;
  const news = preferredWays.filter(
    (way) =>
      said[way] !== undefined && isNews(state, `way:${way}`, { at, recordedAt }, said[way] === known[way]),
  );
  if (state.finished || news.length === 0) {
    return refuse('already-done', 'This is known here already, or something later is.');
  }
  const preferences: ContactPreferences = Object.fromEntries(news.map((way) => [way, said[way]]));
  const after = { ...state, contactPreferences: { ...known, ...preferences } };
  const ahead = state.appointments.some(({ status, startsAt }) => status === 'booked' && startsAt > now);
  const asked = state.closure === null && ahead && needsAnotherWay(after);
  const effects: DraftEffects = mayRemind(after)
    ? {
        armed: remindersIfOpen(after, now),
        settled: gainsWay(preferences, after) ? settle(state, ['reach-another-way']) : [],
      }
    : {
        cleared: clearRules(state, [...reminderRules], 'ended'),
        raised: asked ? [raise(state, 'reach-another-way', at)] : [],
      };
  return new DecisionDraft(state, command)
    .record('contact-preferences-noted', at, { factId, recordedAt, preferences }, effects)
    .decided();
}

/** Somebody may be in danger; each letter and visit is decided by itself, and a text names no place, until the flag is lifted. */
export function noteSafetyFlag(
  state: DiversionState,
  command: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const { factId, fact } = command.data;
  const flagged = fact === 'safety-flag';
  const at = notToCome(command, now);
  const { receivedAt: recordedAt } = command;
  const { safetyFlag } = state;
  if (state.finished || !isNews(state, 'safety', { at, recordedAt }, safetyFlag === flagged)) {
    return refuse('already-done', 'This is known here already, or something later is.', { safetyFlag });
  }
  const raised = flagged && state.closure === null ? [raise(state, 'safety-flag', at)] : [];
  const settled = flagged ? [] : settle(state, ['safety-flag']);
  return new DecisionDraft(state, command)
    .record('safety-flag-noted', at, { factId, recordedAt, flagged }, { raised, settled })
    .decided();
}

function notToCome({ occurredAt }: CarryFact, now: Instant): Instant {
  return occurredAt > now ? now : occurredAt;
}

/** Reminders go on where they go by e-mail. */
function withoutTexts(state: DiversionState, after: DiversionState, at: Instant): DraftEffects {
  return {
    cleared: mayRemind(after) ? [] : clearRules(state, [...reminderRules], 'ended'),
    raised: state.closure === null ? [raise(state, 'texts-stopped', at)] : [],
  };
}

/** Nothing goes out yet where texts are stopped in another way too. */
function withTexts(state: DiversionState, after: DiversionState, now: Instant): DraftEffects {
  return {
    armed: mayRemind(after) ? remindersIfOpen(after, now) : [],
    settled: wantsNoTexts(after) ? [] : settle(state, ['texts-stopped']),
  };
}

function remindersIfOpen(state: DiversionState, now: Instant): DraftEffects['armed'] & object {
  return state.closure === null ? remindersAhead(state.seq, state, now) : [];
}
