import type { z } from 'zod';
import type { diversionCommandSchemas } from './diversion.ts';
import { exampleIds as ids } from './example-times.ts';
import type { Example } from './example-times.ts';

type Schemas = typeof diversionCommandSchemas;

/** One example of the `data` of each command of the voluntary path; test/api/examples.test.ts sends every one. */
export const diversionExamples: { readonly [N in keyof Schemas]: Example<z.input<Schemas[N]>> } = {
  'accept-referral': () => ({}),
  'decline-referral': () => ({ reason: 'out-of-area' }),
  reroute: () => ({ providerId: 'kaleidoscope', reason: 'wrong-area' }),
  'assign-caseworker': () => ({ workerId: 'u-301' }),
  'record-contact-attempt': () => ({ channel: 'phone', result: 'reached', by: 'person' }),
  'undo-contact-attempt': () => ({ attemptId: ids.attempt }),
  'record-engagement': () => ({ evidence: 'logged-in' }),
  'book-appointment': (times) => ({
    appointmentId: ids.appointment,
    kind: 'first-meeting',
    startsAt: times.at(3, '14:00'),
    endsAt: times.at(3, '15:00'),
    placeCode: 'ddas-carmarthen',
  }),
  'reschedule-appointment': (times) => ({
    appointmentId: ids.appointment,
    startsAt: times.at(5, '10:30'),
    endsAt: times.at(5, '11:30'),
    askedBy: 'person',
    reason: 'work',
  }),
  'cancel-appointment': () => ({
    appointmentId: ids.appointment,
    askedBy: 'provider',
    reason: 'staff-away',
  }),
  'record-attendance': () => ({ appointmentId: ids.appointment, attendance: 'absent' }),
  'correct-attendance': () => ({
    appointmentId: ids.appointment,
    attendance: 'attended-and-remained',
    reason: 'wrong-person',
  }),
  'record-assessment': () => ({ substances: ['cannabis', 'cocaine'], result: 'suitable' }),
  'agree-care-plan': () => ({
    modalities: [{ modalityId: ids.modality, type: 'psychosocial', prescribed: true }],
  }),
  'start-treatment': () => ({ modalityId: ids.modality }),
  'record-treatment-session': () => ({
    modalityId: ids.modality,
    kind: 'one-to-one',
    result: 'attended',
  }),
  'start-prescription': () => ({ modalityId: ids.modality }),
  'end-prescription': () => ({ modalityId: ids.modality, reason: 'completed' }),
  'record-treatment-test': () => ({ results: [{ substance: 'cannabis', result: 'negative' }] }),
  'end-modality': () => ({ modalityId: ids.modality, reason: 'completed' }),
  'record-positive-outcome': () => ({ outcome: 'employment' }),
  'add-need': () => ({ needId: ids.need, code: 'housing', referredTo: 'council-housing' }),
  'close-need': () => ({ needId: ids.need, result: 'met' }),
  'record-condition-result': () => ({ conditionId: ids.condition, result: 'not-met' }),
  'acknowledge-non-compliance': () => ({ conditionId: ids.condition }),
  'extend-closure-date': (times) => ({ until: times.day(100), reason: 'about-to-engage' }),
  'close-pathway': () => ({ reason: 'declined' }),
  'reopen-pathway': () => ({ reason: 'came-back' }),
  'record-move': () => ({ residence: { postcode: 'LD3 1ZZ' }, address: '4 Heol Enghraifft, Aberhonddu' }),
  'transfer-pathway': () => ({ providerId: 'kaleidoscope', reason: 'moved' }),
  'accept-transfer': () => ({ transferId: ids.transfer }),
  'decline-transfer': () => ({ transferId: ids.transfer, reason: 'no-capacity' }),
  'take-back-transfer': () => ({ transferId: ids.transfer }),
  'send-page-link': () => ({}),
  'set-iom-flag': () => ({ designated: true }),
  'add-note': () => ({ text: 'Prefers to be rung after four.\nWould like to meet in Welsh.' }),
  'amend-details': () => ({
    changes: { forenames: 'Siân Elin', mobile: '07700 900123' },
    reason: 'entered-wrongly',
  }),
  'void-pathway': () => ({ reason: 'wrong-person' }),
  'reassign-person': () => ({
    person: { surname: 'Enghraifft', forenames: 'Dewi', birthDate: '1991-04-02' },
    reason: 'false-identity',
  }),
  'rebase-policy': () => ({ version: 2, reason: 'rule-changed' }),
};
