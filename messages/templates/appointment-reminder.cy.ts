/** `when` is the date and time in Welsh, as an adverb: "ddydd Mawrth 3 Mawrth am 14:30". */
export function appointmentReminderWelsh(when: string): string {
  // STOP stays English: it is the carrier's word, and the only one that works without us.
  return `Nodyn atgoffa: mae gennych apwyntiad ${when}. Atebwch STOP os nad ydych am gael y negeseuon hyn.`;
}
