import { isDeepStrictEqual } from 'node:util';
import { goesByEmail } from '../../../workflows/domain/common/by-email.ts';
import type { Deadline } from '../../../workflows/domain/common/deadline.ts';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import { localParts } from '../../../workflows/domain/common/london-time.ts';
import type { MessageIntent } from '../../../workflows/domain/common/message-intent.ts';
import { isReminderPurpose, purposeRow } from '../../../workflows/domain/common/message-purpose.ts';
import type { PageLinkPlanned } from '../../../workflows/domain/common/page-link.ts';
import { isReminderRule, reminderRules } from '../../../workflows/domain/common/reminder.ts';
import { eventVersions } from '../../../workflows/domain/diversion/events.ts';
import type {
  DiversionEventType,
  RecordedDiversionEvent,
} from '../../../workflows/domain/diversion/events.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { officerView } from '../../../workflows/domain/diversion/officer-view.ts';
import { stageOf } from '../../../workflows/domain/diversion/state.ts';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import type { AttentionCode, DeadlineRule } from '../../../workflows/domain/diversion/table.ts';
import { inTreatment, runs } from '../../../workflows/domain/diversion/treatment.ts';
import { must, ReferralLife } from './referral-life.ts';

/** What may still be recorded of a referral that is closed for good: nothing that acts. */
const afterTheEnd: readonly DiversionEventType[] = [
  'contact-attempted',
  'reply-settled',
  'condition-result-recorded',
  'non-compliance-acknowledged',
  'note-added',
  'pathway-reopened',
  'pathway-voided',
  'person-reassigned',
  'death-corrected',
  'internal-error-reported',
];

const afterTheVoid: readonly DiversionEventType[] = [
  'pathway-reopened',
  'non-compliance-acknowledged',
  'death-corrected',
  'internal-error-reported',
];

const ofAppointment: readonly string[] = [
  ...reminderRules,
  'feedback',
  'feedback-escalation',
] satisfies DeadlineRule[];
const beginning: readonly string[] = ['first-contact', 'contact-effort', 'booking'] satisfies DeadlineRule[];
const closing: readonly string[] = ['closure', 'closure-after-return'] satisfies DeadlineRule[];

/** What the officer in the case, or whoever knows of the conditions, is asked whether or not the referral is open. */
const outlives: readonly string[] = [
  'found-under-18',
  'caution-not-met',
  'caution-corrected',
  'condition-undecided',
] satisfies AttentionCode[];

/** Cancelled ahead of its time, by the closure or before it. */
function cancelledBy({ appointments, died }: DiversionState, ref: string | undefined): boolean {
  return (
    !died && appointments.some(({ appointmentId, status }) => appointmentId === ref && status === 'cancelled')
  );
}

/** One life, with what must be remembered to judge it. Every step is judged: events, messages, state, row, explanation. */
export class JudgedLife extends ReferralLife {
  readonly #armed = new Set<string>();
  readonly #passed = new Set<string>();
  readonly #told = new Set<string>();
  /** The local days on which the person was told that nobody reached them, and the words that the officer was told. */
  readonly #once = new Set<string>();
  #extended = false;
  /** Every clock that was ever set. */
  readonly seen: Deadline[] = [];
  /** The facts of the deaths that were noted here. */
  readonly deaths: string[] = [];

  override take(command: Parameters<ReferralLife['take']>[0]): ReturnType<ReferralLife['take']> {
    const before = this.state;
    const { length } = this.ledger;
    const decision = super.take(command);
    if (decision.refusal === undefined) {
      this.ledger.slice(length).reduce((state, event) => this.#judgeEvent(state, event), before);
      const told = decision.intents.map(({ purpose, channel }) => `${purpose} ${channel}`);
      must(new Set(told).size === told.length, 'One event is told of twice');
      for (const intent of decision.intents) {
        this.#judgeIntent(before, command.commandId, intent);
      }
    } else {
      must(/^[A-Z"].*\.$/.test(decision.refusal.message), 'A refusal that is no sentence');
      must(this.state === before, 'A refusal that changes something');
      return decision;
    }
    this.#judgeState(this.at);
    return decision;
  }

  /** @returns the state after the event */
  #judgeEvent(before: DiversionState | undefined, stored: LedgerEvent): DiversionState {
    const after = diversion.evolve(before, stored);
    const event = stored as unknown as RecordedDiversionEvent;
    must(eventVersions[event.type] === event.version, `${event.type} is not of today's version`);
    for (const deadline of event.armed ?? []) {
      // I4: an id is given once in a life.
      must(!this.#armed.has(deadline.id), `The clock ${deadline.id} is set twice`);
      must(Object.hasOwn(diversionTable.deadlines, deadline.rule), `The table has no rule ${deadline.rule}`);
      this.#armed.add(deadline.id);
      this.seen.push(deadline);
    }
    for (const { code } of event.raised ?? []) {
      must(Object.hasOwn(diversionTable.attention, code), `The table has no attention ${code}`);
    }
    for (const { id } of event.cleared ?? []) {
      must(before?.deadlines.some((clock) => clock.id === id) === true, `${id} is cleared and does not run`);
    }
    // I7: nothing here has a consequence in law.
    must(!/breach|arrest|warrant|offender/i.test(JSON.stringify(event)), 'A consequence in law');
    if (before !== undefined) {
      this.#judgeOrder(before, event);
      this.#judgeEnd(before, event, after);
    }
    return after;
  }

  /** Nothing acts where there is nothing to act for. */
  #judgeOrder(before: DiversionState, event: RecordedDiversionEvent): void {
    const { type } = event;
    must(before.voided === null || afterTheVoid.includes(type), `${type} of what is void`);
    must(!before.finished || afterTheEnd.includes(type), `${type} of what is closed for good`);
    must(!before.died || afterTheEnd.includes(type), `After the death there is ${type}`);
    if (type === 'deadline-passed') {
      const { deadlineId, due } = event.data;
      must(!this.#passed.has(deadlineId), `The clock ${deadlineId} passes twice`);
      must(due <= this.now && event.occurredAt === this.now, `The clock ${deadlineId} passes early`);
      must(
        before.deadlines.some(({ id }) => id === deadlineId),
        'A clock passes that did not run',
      );
      this.#passed.add(deadlineId);
    }
  }

  /** I9: closed or concluded once, unless the person came back; put off once; as no contact only after real tries. */
  #judgeEnd(before: DiversionState, event: RecordedDiversionEvent, after: DiversionState): void {
    switch (event.type) {
      case 'pathway-closed': {
        must(before.closure === null, 'Closed twice');
        must(event.occurredAt >= before.receivedAt, 'Closed before receipt');
        must(!after.treatment.modalities.some(runs), 'A strand runs on after the closure');
        const { reason, factId } = event.data;
        if (reason === 'died' && factId !== null) this.deaths.push(factId);
        if (reason === 'no-contact') this.#judgeNoContact(before);
        return;
      }
      case 'diversion-concluded':
        must(before.closure === null && before.concludedAt === null, 'Concluded twice, or after the closure');
        must(inTreatment(before.treatment), 'Concluded without treatment');
        return;
      case 'closure-extended':
        must(!this.#extended, 'Put off twice by a person');
        must(event.data.until > event.data.from, 'Put off to what is no later');
        this.#extended = true;
        return;
      case 'pathway-reopened':
        // What was void goes on as it stood, dead or alive.
        if (before.voided !== null) {
          must(isDeepStrictEqual(before.closure, after.closure), 'A closure lost with the void');
          return;
        }
        must(before.closure !== null && !before.died, 'Opened again without a closure, or after a death');
        return;
      case 'death-noted':
        this.deaths.push(event.data.factId);
        return;
      default:
    }
  }

  #judgeNoContact(state: DiversionState): void {
    const { contact, engagement, treatment } = state;
    const undone = new Set(
      this.of('contact-attempt-undone').map(({ data }) => (data as unknown as Attempt).attemptId),
    );
    // What was tried of somebody else is no try of this person.
    const anew = this.of('person-reassigned')
      .filter(({ data }) => (data as unknown as { readonly contactAnew: boolean }).contactAnew)
      .at(-1);
    const tries = [...this.of('contact-attempted'), ...this.of('contact-shared')].filter((event) => {
      const { type, data, commandId, seq } = event;
      const { by, result, attemptId } = data as unknown as Attempt & {
        readonly by?: string;
        readonly result: string;
      };
      return (
        seq > (anew?.seq ?? 0) &&
        (by === 'person' || type === 'contact-shared') &&
        (result === 'no-answer' || result === 'left-message') &&
        (type === 'contact-shared'
          ? state.sharedContacts.some((shared) => shared.attemptId === attemptId)
          : !undone.has(commandId))
      );
    });
    const days = new Set(tries.map(({ occurredAt }) => localParts(occurredAt).date));
    must(days.size >= 3, 'Closed as no contact without three days of tries');
    must(contact.reachedAt === null && engagement === null, 'Closed as no contact though reached');
    must(!inTreatment(treatment), 'Closed as no contact though in treatment');
  }

  #judgeIntent(before: DiversionState | undefined, commandId: string, intent: MessageIntent): void {
    const { purpose, channel, appointmentId, notBefore, expiresAt } = intent;
    const row = purposeRow(purpose);
    must(
      row?.channel === channel || (channel === 'email' && row !== undefined && goesByEmail(purpose)),
      `${purpose} by ${channel}`,
    );
    const { purposes = [] } = this.at.policy.messages;
    const asked = this.of('page-link-planned').some(
      (event) => event.commandId === commandId && (event.data as unknown as PageLinkPlanned).by === 'command',
    );
    must(
      isReminderPurpose(purpose) ||
        (purpose === 'page-link' && asked) ||
        (purposes as readonly string[]).includes(purpose),
      `${purpose} is off`,
    );
    must(purpose !== 'page-link' || !this.at.safetyFlag, 'A link to who may be in danger');
    must(this.now <= notBefore && notBefore < expiresAt, 'A message without time left');
    const about = this.at.appointments.find((known) => known.appointmentId === appointmentId);
    must(
      (row.appointment === null) === (appointmentId === undefined),
      `${purpose} of ${appointmentId ?? 'none'}`,
    );
    if (row.appointment !== null) {
      must(
        about?.status === row.appointment,
        `${purpose} of an appointment that is ${about?.status ?? 'none'}`,
      );
      must(
        row.appointment === 'missed' || expiresAt <= about.startsAt,
        'A text that outlives its appointment',
      );
      // Missed, corrected and missed again is told of in each place once.
      const name = `${purpose} ${channel} ${about.appointmentId} ${isReminderPurpose(purpose) ? '' : commandId}`;
      must(!this.#told.has(name), `${name} twice`);
      this.#told.add(name);
    }
    if (row.audience === 'person') this.#judgeToPerson(before, purpose, channel);
    else if (row.audience === 'officer') this.#judgeOfficer();
    else must(this.at.closure === null && !this.at.finished, `${purpose} of what is closed`);
  }

  /**
   * Nothing to who is dead, gone or in custody, no text to who wants none, no e-mail to who did not say yes to it or gets
   * texts, nor twice on one day that nobody reached them.
   */
  #judgeToPerson(
    before: DiversionState | undefined,
    purpose: string,
    channel: MessageIntent['channel'],
  ): void {
    for (const state of [before ?? this.at, this.at]) {
      const { died, finished, voided, textsStopped, consents, custodySince } = state;
      must(!died && !finished && voided === null, 'A text after the death or the end');
      const textsOff = textsStopped || consents.texts === 'withdrawn';
      must(channel === 'email' || !textsOff, 'A text to who wants none');
      must(custodySince === null, 'A text into custody');
    }
    must(this.at.closure === null, 'A text about what is closed');
    const { contactPreferences, textsStopped, consents } = this.at;
    const { text = 'yes', email } = contactPreferences;
    must(
      channel === 'sms' ||
        (email === 'yes' && (text !== 'yes' || textsStopped || consents.texts === 'withdrawn')),
      'An e-mail to who gets texts, or wants none',
    );
    if (purpose === 'could-not-reach') this.#firstTime(`call of ${localParts(this.now).date}`);
  }

  #judgeOfficer(): void {
    must(this.at.consents.sharing !== 'withdrawn', 'The officer is told of who shares nothing');
    this.#firstTime(`officer: ${officerView(this.at).status}`);
  }

  #firstTime(what: string): void {
    must(!this.#once.has(what), `Told twice: ${what}`);
    this.#once.add(what);
  }

  #judgeState(state: DiversionState): void {
    must(isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state), 'The state is not JSON');
    must(state.stage === stageOf(state), `The stage ${state.stage} is not what the facts say`);
    must(state.receivedAt === this.ledger[0]?.occurredAt, 'Receipt has moved');
    must(state.seq === this.ledger.length, 'The sequence has a gap');
    const ahead = state.appointments.filter(
      ({ status, startsAt }) => status === 'booked' && startsAt > this.now,
    );
    must(ahead.length <= 1, 'Two appointments are ahead');
    this.#judgeClocks(state);
    this.#judgeAttention(state);
    this.#judgeRow(state);
  }

  /** No clock of a thing that has ended runs, and the one that ends the referral is there exactly while it is open. */
  #judgeClocks(state: DiversionState): void {
    const { deadlines, closure, concludedAt, finished, appointments, transfer, conditions } = state;
    const rules = deadlines.map(({ rule }) => rule);
    const limits = rules.filter((rule) => closing.includes(rule)).length;
    if (closure !== null || finished) {
      const expected = finished ? '' : 'late-engagement';
      must(rules.join() === expected, `A closed referral has the clocks ${rules.join()}`);
    } else if (concludedAt !== null) {
      must(limits === 0 && !rules.includes('closure-warning'), 'A concluded referral has a limit');
    } else {
      must(limits === 1, 'An open referral has one closing clock');
    }
    for (const rule of rules.filter((each) => !ofAppointment.includes(each) && each !== 'condition')) {
      must(rules.indexOf(rule) === rules.lastIndexOf(rule), `Two clocks of the rule ${rule}`);
    }
    for (const { rule, ref } of deadlines) {
      if (ofAppointment.includes(rule)) {
        const about = appointments.find(({ appointmentId }) => appointmentId === ref);
        must(about?.status === 'booked', `${rule} of an appointment that is ${about?.status ?? 'none'}`);
      }
      if (rule === 'transfer-answer') must(transfer?.transferId === ref, 'A clock of an offer that is over');
      if (rule === 'condition') {
        const about = conditions.find(({ conditionId }) => conditionId === ref);
        must(about?.result === null, 'A clock of a condition that is answered');
      }
    }
    if (rules.includes('acceptance')) {
      must(state.route !== null && state.acceptance.acceptedAt === null, 'A wait for a word that was given');
    }
    if (rules.includes('routing')) must(state.route === null, 'A wait for a provider that is there');
    if (rules.some(isReminderRule)) {
      const byEmail =
        state.contactPreferences.email === 'yes' && state.policy.messages.purposes !== undefined;
      must(
        (!state.textsStopped || byEmail) && state.custodySince === null,
        'A reminder to who must not be texted and wants no e-mail',
      );
    }
    if (rules.some((rule) => beginning.includes(rule))) {
      must(state.custodySince === null, 'A wait for contact with who is in custody');
    }
  }

  #judgeAttention(state: DiversionState): void {
    const { attention, closure, finished, voided, route, acceptance, transfer, appointments } = state;
    const named = attention.map(({ code, ref }) => `${code} ${ref ?? ''}`);
    must(new Set(named).size === named.length, 'The same attention twice');
    const rows: Readonly<Record<string, { readonly family: string }>> = diversionTable.attention;
    for (const { code, ref, owner } of attention) {
      const engine = rows[code]?.family === 'engine';
      const over = closure !== null || finished;
      const untold = code === 'tell-of-change' && cancelledBy(state, ref);
      const inDanger = code === 'call-today' && !state.died;
      must(
        !over || engine || untold || inDanger || outlives.includes(code),
        `A closed referral asks somebody: ${code}`,
      );
      must(voided === null || engine || code === 'caution-not-met', `What is void asks somebody: ${code}`);
      const held = owner === 'ProviderWorker' || owner === 'ProviderManager';
      must(!held || route !== null || over, `${code} is asked of a provider, and there is none`);
      if (code === 'feedback-missing' || code === 'feedback-overdue') {
        const about = appointments.find(({ appointmentId }) => appointmentId === ref);
        must(about?.status === 'booked', `${code} of what is ${about?.status ?? 'none'}`);
      }
      if (code.startsWith('not-accepted')) {
        must(route !== null && acceptance.acceptedAt === null, `${code}, and it is accepted`);
      }
      if (code.startsWith('transfer-unanswered')) must(transfer !== null, `${code}, and there is no offer`);
      if (code === 'not-routed' || code === 'declined') must(route === null, `${code}, and there is a route`);
      if (code === 'in-custody') must(state.custodySince !== null, `${code}, and at liberty`);
      if (code === 'safety-flag') must(state.safetyFlag, `${code}, and it is lifted`);
    }
  }

  /** The row and the explanation say what the state says: closed in the counts at exactly the closed stages. */
  #judgeRow(state: DiversionState): void {
    const { closure, concludedAt, finished, voided, deadlines, attention } = state;
    const summary = diversion.summarise(state);
    must(summary.needsRun === !finished && summary.tasks.length === 0, 'The summary is wrong');
    must(
      (summary.closedAt !== null) === diversionTable.stages[state.stage].closed,
      'Closed by the row, open by the stage',
    );
    const closedAt = voided?.at ?? concludedAt ?? closure?.at ?? null;
    must(summary.closedAt === closedAt, 'The row and the closure differ');
    must((summary.closedAt === null) === (summary.closureReason === null), 'A closure without a reason');
    must(voided !== null || closure === null || summary.closureReason === closure.reason, 'Another reason');
    const { waits } = diversion.explain(state, this.now);
    must(waits.length === deadlines.length + attention.length, 'Something waits and is not explained');
  }
}

interface Attempt {
  readonly attemptId: string;
}
