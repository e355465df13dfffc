import type { Language } from '../workflows/domain/common/contact-preference.ts';

/**
 * Answers that go out by themselves to a text that came in. `help` is ours, and where no appointment is ahead
 * `helpWithoutAppointment`. `helpAtCarrier`, `stopped` and `started` are sent by the
 * carrier; its own words name the service or the sender, so these are to be entered there in their place
 * (docs/running.md).
 */
export const automaticReplies = {
  help: {
    en: 'These texts are about your appointment. Reply 1 to confirm, 2 to ask for another time, or STOP to stop them.',
    cy: "Mae'r negeseuon hyn am eich apwyntiad. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i'w hatal.",
  },
  helpWithoutAppointment: {
    en: 'These texts are about appointments. Reply STOP to stop them.',
    cy: "Mae'r negeseuon hyn am apwyntiadau. Atebwch STOP i'w hatal.",
  },
  /** It goes to whoever asks, known here or not. */
  helpAtCarrier: {
    en: 'Reply STOP to stop these texts.',
    cy: 'Atebwch STOP i atal y negeseuon hyn.',
  },
  stopped: {
    en: 'You will get no more of these texts. Reply START to get them again.',
    cy: "Ni chewch ragor o'r negeseuon hyn. Atebwch START i'w cael eto.",
  },
  started: {
    en: 'You will get texts about your appointments again. Reply STOP to stop them.',
    cy: "Byddwch yn cael negeseuon am eich apwyntiadau eto. Atebwch STOP i'w hatal.",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** Both languages, for a number whose language is not known: Welsh first, as it is not treated less favourably. */
export function inBothLanguages(reply: keyof typeof automaticReplies): string {
  const { en, cy } = automaticReplies[reply];
  return `${cy}\n${en}`;
}
