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
