import { inMs, type Story } from './story.ts';

/** A referral and whose it is. */
export interface Referred {
  readonly pathwayId: string;
  readonly personId: string;
}

export interface ReferralPlan {
  /** Receipt, in epoch milliseconds; a moment ago when not given. */
  readonly receivedAt?: number;
  /** The how manyeth of the person this is; the first when not given. */
  readonly time?: number;
  /** Where Dyfed's provider has it when not given. */
  readonly postcode?: string;
  /** Of a conditional caution with one condition, which is due in a moment; a community resolution when not given. */
  readonly conditionId?: string;
}

/** The referral of the story's person. @returns undefined when it was not taken */
export async function refer(story: Story, plan: ReferralPlan = {}): Promise<Referred | undefined> {
  const { number } = story;
  const { receivedAt = Date.now() - 1_000, time = 1, postcode = 'SA31 2AA', conditionId } = plan;
  const asked = await story.act(
    'officer',
    '/api/v1/referrals',
    {
      surname: `Prawf${String(number)}`,
      birthDate: '1990-04-01',
      nominalNumber: `N-${String(number)}`,
      occurrenceNumber: `O-${String(number)}${time === 1 ? '' : `-${String(time)}`}`,
      outcomeAt: new Date(receivedAt).toISOString(),
      offenceCode: '92E',
      offenceDate: inMs(-86_400_000 * 2).slice(0, 10),
      residence: { postcode },
      mobile: mobileOf(number),
      language: story.random.pick(['en', 'cy']),
      safeToText: 'yes',
      agreed: true,
      ...(conditionId === undefined
        ? {}
        : {
            via: 'conditional-caution',
            conditions: [{ conditionId, code: 'attend-assessment', dueAt: inMs(3_000) }],
          }),
    },
    'taken',
  );
  if (asked === undefined) return undefined;
  const { pathwayId, personId } = asked.final?.body as Referred;
  return { pathwayId, personId };
}

/** In the range that is kept for drama; a thousand numbers, so in a long run people share them, as in life. */
export function mobileOf(number: number): string {
  return `07700 900${String(number % 1_000).padStart(3, '0')}`;
}
