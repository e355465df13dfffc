/** Why a message was rightly not sent: the code that is kept with it, and what it means to a person. */
export const skipReasons = {
  'person-died': 'The person has died.',
  'texts-stopped': 'The person wants no texts.',
  'texts-consent-withdrawn': 'The person has taken back their consent to texts.',
  'not-safe-to-text': 'Texts are not safe for this person, or nobody has asked.',
  'in-custody': 'The person is in custody, where others may read a text.',
  'safety-flag': 'The person may be in danger, and this text may name a place.',
  'no-textable-number': 'No mobile number is known that can be texted.',
  'wrong-number': 'The number turned out to be somebody else’s, or not in use.',
  'pathway-closed': 'The case is closed.',
  voided: 'The referral was voided.',
  'another-person': 'It was planned while the case was another person’s.',
  'appointment-moved': 'The appointment was moved.',
  'appointment-not-booked': 'The appointment is not booked any more.',
  'appointment-not-cancelled': 'The appointment is not cancelled any more.',
  'appointment-not-missed': 'The appointment was not missed, as has been recorded since.',
  'no-appointment': 'No appointment is ahead that the page could show.',
  // It does not say why: what else left that day may be of a path that who reads this knows nothing of.
  'not-today': 'It could not leave that day, and the next day would have been too late.',
  'held-up': 'It could not be handed over for so long that it is out of date.',
  'no-address': 'No e-mail address is known of whoever it is for.',
  'email-not-wanted': 'The person has not said yes to e-mails.',
  'email-not-safe': 'The person may be in danger, and somebody else may read an e-mail.',
  'appointment-past': 'The appointment has begun.',
  expired: 'The time in which the text made sense is over.',
  'sharing-withdrawn': 'The person has taken back their consent to what happens being shared.',
  'routed-elsewhere': 'Another provider has the case since, or it is another person’s.',
  'not-enrolled': 'There is no access code to tell.',
  'already-logged-in': 'The person has logged in already.',
  'no-time-left': 'The sending hours begin again too late.',
} as const;

export type SkipReason = keyof typeof skipReasons;

export function isSkipReason(text: string): text is SkipReason {
  return Object.hasOwn(skipReasons, text);
}
