/** The invariants that are held after every cell. Their numbers are those of docs/reliability.md. */
export const invariants = {
  I1: 'every act answered 2xx is in the ledger exactly once, nothing refused is, each unclear answer is settled by its key',
  I2: 'the gateway accepted at most one text for each message intent',
  I3: 'nothing is sent that was judged after it was taken that the person wants no texts',
  I4: 'every clock that came due is recorded exactly once, none early',
  I6: 'no arrest task without a breach in force, none open after a death or its withdrawal',
  I7: 'no word of the compulsory path on a voluntary one',
  I9: 'a pathway closes once',
  I10: 'the chains of hashes are unbroken',
  I11: 'fold of the ledger = pathway row = state of the run',
  figures: 'open and closed referrals add up to those received, in the ledger and in the API',
  owner: 'each referral has one provider at a time, the one of its row',
  strands: 'a strand of treatment begins and ends once, with one prescription at a time',
  facts: 'what stands of a person stands in each open referral of theirs',
  contacts: 'a contact counts once in each open referral of the person with one provider',
  texts: 'each note and amendment that was taken is read once, and no other',
  table: 'a whole run meets each command of the voluntary path',
  rules: 'what the rules allow is taken, what they forbid is refused',
  processes: 'no process gives up by itself once it is ready',
  time: 'the system comes back in time',
  I12: 'no run fails its tasks, and the runs alive are those that ought to be',
} as const;

export type Invariant = keyof typeof invariants;

/** Something that must never be seen. `what` holds ids and codes only. */
export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export function violation(invariant: Invariant, what: string): Violation {
  return { invariant, what };
}
