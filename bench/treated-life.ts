import { randomUUID } from 'node:crypto';
import { startCarryFact } from '../platform/pathway-runs.ts';
import { recordFact } from '../store/person-facts.ts';
import { carryFactWorkflowId } from '../workflows/contract/temporal.ts';
import type { ConsentPurpose } from '../workflows/domain/common/consent.ts';
import { toInstant, type Instant } from '../workflows/domain/common/instant.ts';
import { commandOf, Referral, type LifeCommand } from './referral.ts';
import { benchForce, type Rig } from './rig.ts';

/** A step of the life: a command, or what the person agrees to, which is told of the person and carried to the pathway. */
type Step = { readonly command: LifeCommand } | { readonly consent: ConsentPurpose };

const stepMs = 10 * 60_000;

/**
 * A referral that goes well, from the provider's word to the completion. It was lived in the last hours and is entered
 * in one go: an appointment can be attended only once it is over. No clock comes due.
 *
 * @param receivedMs epoch milliseconds
 */
function stepsFrom(receivedMs: number): Step[] {
  const at = (steps: number): Instant => toInstant(receivedMs + steps * stepMs);
  const appointmentId = randomUUID();
  const modalityId = randomUUID();
  const session = { modalityId, kind: 'one-to-one', result: 'attended' } as const;
  const slot = { startsAt: at(6.2), endsAt: at(6.9), placeCode: 'ddas-carmarthen' };
  return [
    { command: ['accept-referral', {}] },
    { command: ['assign-caseworker', { workerId: 'u-301' }] },
    { command: ['record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' }] },
    { consent: 'sharing' },
    { consent: 'treatment' },
    { command: ['book-appointment', { appointmentId, kind: 'assessment', ...slot }] },
    { command: ['record-attendance', { appointmentId, attendance: 'attended-and-remained' }] },
    { command: ['record-assessment', { substances: ['cannabis'], result: 'suitable' }] },
    {
      command: ['agree-care-plan', { modalities: [{ modalityId, type: 'psychosocial', prescribed: false }] }],
    },
    { command: ['start-treatment', { modalityId }] },
    { command: ['record-treatment-session', session] },
    { command: ['record-treatment-session', session] },
    { command: ['end-modality', { modalityId, reason: 'completed' }] },
    { command: ['close-pathway', { reason: 'completed', drugFree: 'yes', crimeFree: 'unknown' }] },
  ];
}

/** How many Updates the pathway takes in the life: one for each step. */
export const treatedSteps = stepsFrom(0).length;
/** Of these, what is carried by a run of its own. */
export const treatedConsents = stepsFrom(0).filter((step) => 'consent' in step).length;

export interface TreatedLife {
  readonly pathwayId: string;
  /** Of the runs that carried the consents. */
  readonly carriers: readonly string[];
}

/**
 * The whole life past the API: the intake, the start of its run, each step with its answer.
 *
 * @param told whether the person is asked what they agree to; what is not asked is no consent and stops nothing here
 */
export async function liveTreated(
  rig: Rig,
  told: 'consents' | 'no-consents' = 'consents',
): Promise<TreatedLife> {
  const receivedMs = Date.now() - (treatedSteps + 2) * stepMs;
  const referral = new Referral(rig, rig.policy, toInstant(receivedMs));
  await referral.open();
  await referral.start();
  const carriers: string[] = [];
  for (const [index, step] of stepsFrom(receivedMs).entries()) {
    const at = toInstant(receivedMs + (index + 1) * stepMs);
    if ('command' in step) await referral.send(step.command, at);
    else if (told === 'consents') carriers.push(await agree(rig, referral, step.consent, at));
  }
  return { pathwayId: referral.address.pathwayId, carriers };
}

/**
 * As the API takes it; and waits, as no caseworker does, until the pathway has heard of it.
 * @returns the id of the run that carried it
 */
async function agree(rig: Rig, referral: Referral, purpose: ConsentPurpose, at: Instant): Promise<string> {
  const { client } = rig.house;
  const { personId } = referral.intake.person;
  const { commandId: requestId, actor } = commandOf('record-consent', 'ProviderManager', {}, at);
  const recorded = await recordFact(rig.db, {
    ...{ forceId: benchForce, requestId, personId, kind: 'consent-given', purpose },
    ...{ occurredAt: at, reason: null, actor },
  });
  if (recorded?.created !== true) throw new Error('A consent was not recorded');
  rig.witness.taken({ commandId: requestId, name: 'persons/facts' });
  const { factId } = recorded.fact;
  await startCarryFact(client, { forceId: benchForce, factId });
  const workflowId = carryFactWorkflowId(factId);
  await client.workflow.getHandle(workflowId).result();
  referral.heardOf(1);
  return workflowId;
}
