import type { ProviderRoute } from '../../../workflows/domain/diversion/acceptance.ts';
import { local, must, policy, referral, ReferralLife, slot } from '../diversion/referral-life.ts';
import { concluded, prescribing, suitable, talking, treated } from '../diversion/treated-life.ts';

const manager = { role: 'Manager' } as const;
const lead = { role: 'ProviderManager' } as const;
const officer = { role: 'PoliceOfficer' } as const;

const here: ProviderRoute = { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' };
const there: ProviderRoute = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'route-2' };

/** Stories of referrals that went all the way, or astray; with those of lives.ts they have every event. */
export function wholePathLives(): Readonly<Record<string, ReferralLife>> {
  return {
    'accepted, met, assessed, treated, concluded in treatment and ended well': intoTreatmentAndOut(),
    'a caution: one condition met, and one not, of which the record was wrong at first': withConditions(),
    'without a route, given back, moved, and taken over by another provider': fromProviderToProvider(),
    'in custody, released, put off, and what the person wished meanwhile': awayAndBack(),
    'said to have died in treatment, which was an error': notDead(),
    'closed in error after it was concluded': closedInError(),
    'a slip of the finger, a contact from elsewhere, and somebody else’s name': wrongPerson(),
    'a re-base to a longer time': underALaterPolicy(),
    'open elsewhere before': carriedOver(),
    'handed on with an appointment that nobody had recorded': leftBehind(),
    'held over one appointment and put off for another, then said to have died as the limit passed': heldAndPutOff(),
    'released before the custody was heard of, and the police told late': releasedFirst(),
  };
}

function intoTreatmentAndOut(): ReferralLife {
  const life = ReferralLife.received();
  life.do('accept-referral', {}).do('assign-caseworker', { workerId: 'worker-1' }, lead).attempt('reached');
  life.book('meeting', '2026-03-04 10:00').do('reschedule-appointment', {
    ...{ appointmentId: 'meeting', startsAt: local('2026-03-04 14:00'), endsAt: local('2026-03-04 15:00') },
    ...{ askedBy: 'person', reason: 'work' },
  });
  const [, moved] = life.at.appointments;
  const { appointmentId = '' } = moved ?? {};
  life.until(local('2026-03-04 15:05')).do('record-attendance', {
    ...{ appointmentId, attendance: 'attended-and-left', arrivedAt: local('2026-03-04 14:10') },
    ...{ leftAt: local('2026-03-04 14:40'), endedBy: 'person' },
  });
  life.do('correct-attendance', {
    ...{ appointmentId, attendance: 'attended-and-remained', arrivedAt: local('2026-03-04 14:10') },
    reason: 'misunderstood',
  });
  life.do('book-appointment', { ...slot('assessment', '2026-03-06 10:00'), kind: 'assessment' });
  life.until(local('2026-03-06 11:00'));
  life.do('record-attendance', { appointmentId: 'assessment', attendance: 'attended-and-remained' });
  life.do('record-assessment', { ...suitable, signposts: ['housing'] });
  life.do('add-need', { needId: 'need-1', code: 'housing', referredTo: 'shelter' });
  life.do('agree-care-plan', { modalities: [talking, prescribing] }).until(local('2026-03-09 10:00'));
  life.do('start-treatment', { modalityId: 'talking' }).do('start-treatment', { modalityId: 'prescribing' });
  life.do('start-prescription', { modalityId: 'prescribing' });
  life.do('record-treatment-session', { modalityId: 'talking', kind: 'group', result: 'attended' });
  life.until(local('2026-04-20 10:00')).do('record-treatment-test', {
    results: [
      { substance: 'heroin', result: 'negative' },
      { substance: 'crack', result: 'not-tested' },
    ],
  });
  life.do('record-positive-outcome', { outcome: 'housed' });
  life.do('close-need', { needId: 'need-1', result: 'met' });
  life.do('set-iom-flag', { designated: true }, manager).do('add-note', { noteId: 'note-1' });
  // Three months after receipt.
  life.until(local('2026-06-10 10:00'));
  life.do('end-prescription', { modalityId: 'prescribing', reason: 'completed' });
  life.do('end-modality', { modalityId: 'prescribing', reason: 'completed' });
  life.do('end-modality', { modalityId: 'talking', reason: 'completed' });
  return life.do('close-pathway', { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' });
}

function withConditions(): ReferralLife {
  const life = ReferralLife.received({
    source: { source: 'police', via: 'conditional-caution' },
    disposal: 'conditional-caution',
    conditions: [
      { conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-01 00:00') },
      { conditionId: 'c2', code: 'attend-course', dueAt: local('2026-05-01 00:00') },
    ],
  });
  life.do('record-condition-result', { conditionId: 'c1', result: 'met' }).book('course', '2026-04-28 10:00');
  life.until(local('2026-04-28 11:00'));
  life.do('record-attendance', { appointmentId: 'course', attendance: 'attended-and-remained' });
  const mistaken = { appointmentId: 'course', attendance: 'absent', reason: 'wrong-person' } as const;
  life.do('correct-attendance', mistaken).until(local('2026-05-02 10:00'));
  life.do('record-condition-result', { conditionId: 'c2', result: 'not-met' });
  return life.do('acknowledge-non-compliance', { conditionId: 'c2' }, officer);
}

function fromProviderToProvider(): ReferralLife {
  const life = ReferralLife.received({ route: null });
  life.do('reroute', { route: there, reason: 'no-route' }, manager).book('with-them', '2026-03-10 10:00');
  life.do('decline-referral', { reason: 'out-of-area' }).until(local('2026-03-03 10:00'));
  life.do('reroute', { route: here, reason: 'declined' }, manager).do('accept-referral', {});
  const amended = { amendmentId: 'amendment-1', fields: ['address', 'postcode'], route: there } as const;
  life.do('amend-details', { ...amended, reason: 'changed' }).do('record-move', { route: there });
  const offer = (commandId: string) =>
    life.do('transfer-pathway', { to: there, reason: 'moved' }, { commandId });
  const receiver = { ...lead, organisationId: 'kaleidoscope' };
  offer('offer-1').do('take-back-transfer', { transferId: 'offer-1' });
  offer('offer-2').do('decline-transfer', { transferId: 'offer-2', reason: 'no-capacity' }, receiver);
  offer('offer-3').book('with-us', '2026-03-20 10:00').until(local('2026-03-12 10:00'));
  return life.do('accept-transfer', { transferId: 'offer-3' }, receiver);
}

function awayAndBack(): ReferralLife {
  const life = ReferralLife.received().do('accept-referral', {}).book('meeting', '2026-03-12 14:00');
  life.do('cancel-appointment', { appointmentId: 'meeting', askedBy: 'other-agency', reason: 'other' });
  told(life, 'stop-texts');
  told(life.until(local('2026-03-03 08:00')), 'custody');
  told(life, 'safety-flag');
  told(life, 'consent-withdrawn', { purpose: 'sharing' });
  told(life.until(local('2026-04-10 16:30')), 'release');
  told(life, 'texts-allowed');
  told(life, 'safety-flag-lifted');
  told(life, 'consent-given', { purpose: 'sharing' });
  told(life, 'contact-preferences', { preferences: { email: 'yes', voicemail: 'no' } });
  life.until(local('2026-05-20 10:00'));
  return life.do('extend-closure-date', { until: '2026-06-20', reason: 'in-custody' }, lead);
}

function notDead(): ReferralLife {
  const life = treated(talking, prescribing).do('start-prescription', { modalityId: 'prescribing' });
  life.book('meeting', '2026-03-20 10:00').until(local('2026-03-12 12:00'));
  told(life, 'death', { factId: 'death-1' });
  told(life.until(local('2026-03-16 09:00')), 'death-corrected', { correctsFactId: 'death-1' });
  return life.until(local('2026-03-16 12:00'));
}

function closedInError(): ReferralLife {
  const life = concluded(talking).until(local('2026-07-01 10:00'));
  life.do('close-pathway', { reason: 'disengaged' }).until(local('2026-07-02 10:00'));
  return life.do('reopen-pathway', { reason: 'closed-in-error' }, lead);
}

function wrongPerson(): ReferralLife {
  const life = ReferralLife.received().attempt('reached', { commandId: 'slip' });
  life.do('undo-contact-attempt', { attemptId: 'slip' });
  const shared = { factId: 'shared-1', fromPathwayId: 'pathway-2', attemptId: 'attempt-1' };
  life.engine('share-contact', { ...shared, channel: 'phone', result: 'reached' });
  life.engine('share-contact', { ...shared, factId: 'shared-2', channel: '', result: 'undone' });
  life.until(local('2026-03-03 10:00')).attempt('left-message', { channel: 'voicemail' });
  life.do(
    'reassign-person',
    {
      ...{ personId: 'person-2', reason: 'false-identity', language: 'cy', safeToText: 'no' },
      knownChannels: ['phone'],
    },
    manager,
  );
  return life.do('void-pathway', { reason: 'wrong-person' }, officer);
}

function underALaterPolicy(): ReferralLife {
  const life = ReferralLife.received().do('accept-referral', {}).attempt().until(local('2026-05-20 10:00'));
  const later = { ...policy, version: policy.version + 1, closure: { unit: 'months', count: 4, endOfDay: true } } as const;
  life.do('rebase-policy', { policy: later, reason: 'contract-changed' }, manager);
  return life.until(local('2026-08-10 10:00'));
}

function carriedOver(): ReferralLife {
  const life = new ReferralLife(local('2026-10-20 12:00'));
  life.do(
    'receive-referral',
    referral({
      receivedAt: local('2026-09-01 00:00'),
      source: { source: 'police', via: 'caseload-import' },
      ...{ offenceCode: null, offenceDate: null },
      soFar: {
        firstContactAt: local('2026-09-03 00:00'),
        attempts: 2,
        assessedAt: local('2026-09-10 00:00'),
        nextAppointmentAt: local('2026-10-27 10:30'),
        treatmentStartedAt: local('2026-09-17 00:00'),
        workerId: 'worker-1',
      },
    }),
    lead,
  );
  return life.until(local('2026-10-21 10:00'));
}

function leftBehind(): ReferralLife {
  const life = ReferralLife.received().do('accept-referral', {}).book('begun', '2026-03-05 14:00');
  life.do('transfer-pathway', { to: there, reason: 'moved' }, { commandId: 'offer-1' }).until(local('2026-03-05 14:30'));
  life.do('accept-transfer', { transferId: 'offer-1' }, { organisationId: there.providerId });
  life.until(local('2026-03-10 10:00'));
  const attended = { appointmentId: 'begun', attendance: 'attended-and-remained' } as const;
  return life.do('record-attendance', attended, { organisationId: here.providerId });
}

function heldAndPutOff(): ReferralLife {
  const life = ReferralLife.received().attempt('reached').until(local('2026-05-20 10:00')).book('held', '2026-06-02 15:00');
  life.until(local('2026-06-04 10:00')).book('ahead', '2026-06-10 14:00').until(local('2026-06-09 10:00'));
  told(life, 'death', { factId: 'fact-death' });
  life.asleepUntil(local('2026-06-20 10:00'));
  told(life, 'death-corrected', { correctsFactId: 'fact-death' });
  return life.until(local('2026-06-21 10:00'));
}

function releasedFirst(): ReferralLife {
  const life = ReferralLife.received({ policy: { ...policy, policeFeedback: { unit: 'days', count: 7 } } });
  life.do('accept-referral', {}).until(local('2026-03-10 17:00'));
  life.engine('carry-fact', { factId: 'fact-release', fact: 'release' }, local('2026-03-10 16:30'));
  life.engine('carry-fact', { factId: 'fact-custody', fact: 'custody' }, local('2026-03-03 08:00'));
  return life.until(local('2026-03-16 10:00')).attempt('reached');
}

/** A fact about the person that reached the referral at once. */
function told(life: ReferralLife, fact: string, more: object = {}): void {
  const { refusal } = life.engine('carry-fact', { factId: `${fact}-${String(life.ledger.length)}`, fact, ...more });
  must(refusal === undefined, `${fact} was refused`);
}
