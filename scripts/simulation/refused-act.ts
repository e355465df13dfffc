/** An act that was not taken; the generator expects every one to be. */
export interface RefusedAct {
  /** Command, fact or `refer`. */
  readonly name: string;
  readonly code: string;
  readonly detail: string;
  /** In scaled days of the year, and how much later than that it was sent. */
  readonly day: number;
  readonly lateDays: number;
  readonly pathwayId: string | null;
}

/** A day late, and it was the machine that was behind time: a clock may have passed before. */
const lateDays = 1;

export function sentTooLate({ lateDays: late }: RefusedAct): boolean {
  return late >= lateDays;
}
