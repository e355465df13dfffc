import type { DeliveryOutcomeData } from './command.ts';

/**
 * Why a text failed, where the gateway says that there is no phone with this number, or none that takes texts: refused at
 * once (21211 invalid number, 21614 no mobile number) or found out later (30005 unknown handset, 30006 a landline or an
 * unreachable carrier; https://www.twilio.com/docs/api/errors). Of a handset that cannot be reached (30003) it is not
 * said: that one may be switched off.
 */
export const numberGoneReasons = [
  'refused-21211',
  'refused-21614',
  'gateway-30005',
  'gateway-30006',
] as const;

/** What the reason of a failed text says of its number. */
export function aboutNumber(reason: string | null | undefined): Pick<DeliveryOutcomeData, 'numberGone'> {
  return (numberGoneReasons as readonly (string | null | undefined)[]).includes(reason)
    ? { numberGone: true }
    : {};
}

/**
 * The carrier refuses texts from our number to this one because somebody wrote STOP from it, be it to another force or
 * before we heard of it (21610). Its list is not ours to rely on: what it says is recorded as what the person said.
 */
export const stoppedAtCarrierReasons = ['refused-21610', 'gateway-21610'] as const;

export function isStoppedAtCarrier(reason: string | null | undefined): boolean {
  return (stoppedAtCarrierReasons as readonly (string | null | undefined)[]).includes(reason);
}
