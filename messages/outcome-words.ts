import { isSkipReason, skipReasons } from './skip-reasons.ts';

/** What the gateway's own codes mean to a person (https://www.twilio.com/docs/api/errors). */
const gatewayCodes: Readonly<Record<string, string>> = {
  '21211': 'The gateway says that this is no phone number.',
  '21610': 'The carrier has stopped texts to this number: the person wrote STOP.',
  '21612': 'The gateway cannot reach this number from ours.',
  '21614': 'The gateway says that this is no mobile number.',
  '30003': 'The phone could not be reached: it is off, or has no signal.',
  '30004': 'The carrier blocks texts to this number.',
  '30005': 'The carrier does not know this number.',
  '30006': 'The number is a landline, or its carrier cannot take texts.',
  '30007': 'The carrier took the text for an unwanted one and did not deliver it.',
  '30008': 'The carrier did not deliver it and does not say why.',
};

/** Why a message failed, or what is not clear about it, where no number stands in the code. */
const codes: Readonly<Record<string, string>> = {
  'no-template': 'There are no words for this message here.',
  'no-words': 'What this message was to tell is not in the record.',
  'no-mail-server': 'No mail server is set up.',
  'gave-up': 'It could not be handed over in time, and was given up.',
  'gateway-failed': 'The carrier did not deliver it and does not say why.',
  'no-answer': 'The gateway gave no clear answer: it may have left or not. It is not sent again.',
  'no-sid': 'The gateway gave no clear answer: it may have left or not. It is not sent again.',
  'not-at-gateway': 'The gateway gave no clear answer, and does not show it: it may have left or not.',
  'gateway-not-asked': 'The gateway gave no clear answer and could not be asked: it may have left or not.',
};

/** The reason kept with a message, in words; null where there is none. */
export function reasonInWords(reason: string | null): string | null {
  if (reason === null) return null;
  if (isSkipReason(reason)) return skipReasons[reason];
  if (Object.hasOwn(codes, reason)) return codes[reason] ?? null;
  const [, how = '', code = ''] = /^(refused|gateway|gave-up|http|smtp|account)-(.+)$/.exec(reason) ?? [];
  if (Object.hasOwn(gatewayCodes, code)) return gatewayCodes[code] ?? null;
  switch (how) {
    case 'refused':
      return `The gateway refused it (${code}).`;
    case 'gateway':
      return `The carrier did not deliver it (${code}).`;
    case 'gave-up':
      return `It could not be handed over in time, and was given up (${code}).`;
    default:
      return `It is not clear whether it left (${reason}). It is not sent again.`;
  }
}
