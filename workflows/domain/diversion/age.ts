import { adultAge } from '../common/adult-age.ts';
import type { Instant } from '../common/instant.ts';
import { ageOn, localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';

/** What the age of a referral is judged by. The birth date goes into no event and to no run. */
export interface AgeFacts {
  readonly birthDate: LocalDate;
  /** null where no offence brought the person. */
  readonly offenceDate: LocalDate | null;
  readonly receivedAt: Instant;
}

/** On the day of the offence; where none brought the person, on the day of receipt. */
export function isUnderAge({ birthDate, ...dates }: AgeFacts): boolean {
  return ageOn(birthDate, dayOfAge(dates)) < adultAge;
}

/** Nobody is referred for what was before they were born: it is a slip, whatever the age would come to. */
export function isBornTooLate({ birthDate, ...dates }: AgeFacts): boolean {
  return birthDate >= dayOfAge(dates);
}

function dayOfAge({ offenceDate, receivedAt }: Omit<AgeFacts, 'birthDate'>): LocalDate {
  return offenceDate ?? localParts(receivedAt).date;
}
