import type { NumberPlan } from '../messages/phone-number.ts';
import type { Log } from '../platform/log.ts';
import type { Database } from '../store/database.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { EmailGateway } from './gateways/email.ts';
import type { OnlineProgrammeGateway } from './gateways/online-programme.ts';
import type { SendingPace } from './gateways/sending-pace.ts';
import type { SmsGateway } from './gateways/sms.ts';

/** What deliveries are made with, and their patience. */

export interface DeliveryParts {
  readonly db: Database;
  readonly gateway: SmsGateway;
  /** Which numbers may be texted. */
  readonly numbers: NumberPlan;
  /** For e-mails to staff, which fail when it is left out, and to persons, of which none is planned then. */
  readonly emails?: EmailGateway | null;
  /** The online programme; left out: an enrolment fails, and a person sees to it. */
  readonly programme?: OnlineProgrammeGateway | null;
  /** Where the API is reached from outside; left out: the gateway reports nothing, and no e-mail is sent. */
  readonly publicUrl?: string | null;
  /** Where the person's page is, without a slash at the end; left out: a text that links to it fails. */
  readonly pageUrl?: string | null;
  /** Of texts; left out: each leaves as soon as it comes. */
  readonly pace?: SendingPace;
  /** Where whoever works with a case reads it, with {pathwayId}; left out: its address in the API stands there. */
  readonly caseUrl?: string | null;
  /** The time now; the machine's clock when not given. */
  readonly clock?: () => Instant;
  /** Told once of each sort of trouble that is this installation's and not of one message; left out: nobody is. */
  readonly log?: Pick<Log, 'error'> | null;
}

/** With everything that may be left out. */
export type Parts = Required<Omit<DeliveryParts, 'log'>>;

/**
 * How long after the handover a text that the gateway does not show is looked for. Its list may lag by
 * minutes (twilio/twilio-java#442, twilio/twilio-node#647); a person who asks sooner cannot do better.
 */
export const lookUpForSeconds = 15 * 60;

/** The same while the gateway cannot be asked: as long as it may yet come back and settle the matter by itself. */
export const lookUpWhileAwayForSeconds = 4 * 3_600;

/** Between two look-ups: as long as has passed since the handover, within these bounds. */
export const betweenLookUps = { least: 5, most: 120 } as const;

/** The longest pause that the gateway can ask for. */
export const longestPauseSeconds = 3_600;

/**
 * A pause as short as this is made at the worker, so often in one try: whoever goes back to the queue for it takes one more of
 * the texts a second that the queue gives out, and where a tenth of them are asked to wait a tenth of the rate is lost.
 */
export const shortPauses = { longestSeconds: 2, most: 3 } as const;

export function machineClock(): Instant {
  return toInstant(Date.now());
}
