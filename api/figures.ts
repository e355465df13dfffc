import { z } from 'zod';
import { areasOf } from '../store/areas.ts';
import type { Database } from '../store/database.ts';
import { consentFigures, peopleInDanger, referralFigures } from '../store/figures.ts';
import { publicationsOf, publish, publishedBy } from '../store/published-figures.ts';
import type { GivenOutFigures, Publication } from '../store/published-figures.ts';
import { wholeForce } from '../store/scope.ts';
import { treatmentFigures } from '../store/treatment-figures.ts';
import type { Scope } from '../store/scope.ts';
import { consentPurposes } from '../workflows/domain/common/consent.ts';
import { isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { providerOf, rolesOfRoute } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import {
  consentFiguresAnswer,
  dangerFiguresAnswer,
  definitionsOfReferrals,
  newPublication,
  publication,
  referralFiguresAnswer,
} from './schemas/figures.ts';
import { definitionsOfTreatment, treatmentFiguresAnswer } from './schemas/treatment-figures.ts';
import { instant } from './schemas/values.ts';

const referralsPath = '/api/v1/figures/referrals';
const publicationsPath = `${referralsPath}/publications`;
const treatmentPath = '/api/v1/figures/treatment';
const consentsPath = '/api/v1/figures/consents';

/** Fewer people than this are not told as a number: who knows the place could tell who they are. */
const smallestTold = 5;

/** Counts, with what they count said beside them. */
export function figureRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: referralsPath,
      summary: 'Referrals received, open and closed at an instant; open and closed add up to received',
      tag: 'figures',
      query: z.strictObject({
        asAt: instant('The instant; left out, it is now').exactOptional(),
        agreedTo: z
          .enum(consentPurposes)
          .exactOptional()
          .meta({ description: 'Only people who agree to this now, as for the national data' }),
      }),
      answers: { 200: { description: 'The figures', body: referralFiguresAnswer } },
      problems: ['in-the-future'],
      handle: async ({ caller, query, receivedAt }) => {
        const scope = scopeOf(caller, referralsPath);
        const asAt = query.asAt ?? receivedAt;
        refuseFuture(asAt, receivedAt);
        const { agreedTo } = query;
        const [figures, areas, publications] = await Promise.all([
          referralFigures(db, scope, asAt, agreedTo === undefined ? {} : { agreedTo }),
          areasOf(db, scope.forceId),
          // What is given out is about the whole force, and about everybody.
          scope.providerId === null && agreedTo === undefined ? publicationsOf(db, scope.forceId, asAt) : [],
        ]);
        const body: z.output<typeof referralFiguresAnswer> = {
          ...figures,
          asAtText: describeLocal(figures.asAt),
          areas: figures.areas.map((counted) => {
            const { name = null, intensity = null } = areas.find(({ code }) => code === counted.area) ?? {};
            return { ...counted, name, intensity };
          }),
          agreedTo: agreedTo ?? null,
          counts:
            'Diversion referrals by receipt, by the dates as they are known today, without those that are void.',
          definitions: definitionsOfReferrals,
          status: statusOf(publications, figures),
          publications: publications.map(publicationView),
        };
        return { status: 200, body };
      },
    }),
    acting({
      method: 'post',
      path: publicationsPath,
      summary:
        'Gives the figures of an instant out: this version never changes, what is corrected makes another',
      tag: 'figures',
      body: jsonBody(newPublication),
      answers: { 201: { description: 'Given out', body: publication } },
      problems: ['in-the-future', 'already-done', 'conflict'],
      prepare: ({ caller, body, receivedAt }): Promise<Act> => {
        const allowed = rolesOfRoute(`POST ${publicationsPath}`);
        const actor = signer(caller, allowed);
        const { asAt, reason } = body;
        refuseFuture(asAt, receivedAt);
        const { forceId, userId, role } = actor;
        return Promise.resolve(async ({ requestId, receivedAt: publishedAt, repeated }) => {
          const first = repeated ? await publishedBy(db, forceId, requestId) : null;
          if (first !== null) return { status: 201, body: publicationView(first) };
          const before = await publicationsOf(db, forceId, asAt);
          const { received, open, closed, people } = await referralFigures(db, wholeForce(forceId), asAt);
          const figures = { received, open, closed, people };
          const last = before.at(-1);
          if (last !== undefined && isSame(last.figures, figures)) {
            throw new Problem('already-done', {
              detail: 'These figures are given out as they are: nothing has changed since.',
              details: { version: last.version, publishedAt: last.publishedAt },
            });
          }
          const given = await publish(db, forceId, {
            ...{ requestId, asAt, version: before.length + 1, reason, figures, publishedAt },
            by: { userId, role },
          });
          if (given === null)
            throw new Problem('conflict', { detail: 'Somebody else gave them out meanwhile.' });
          return { status: 201, body: publicationView(given) };
        });
      },
    }),
    reading({
      method: 'get',
      path: treatmentPath,
      summary: 'What was done with and for people in a period, by when it happened, each with its definition',
      tag: 'figures',
      query: z.strictObject({
        from: instant('The start of the period'),
        until: instant('Its end, which is no longer in it; left out, it is now').exactOptional(),
      }),
      answers: { 200: { description: 'The figures', body: treatmentFiguresAnswer } },
      problems: ['in-the-future'],
      handle: async ({ caller, query, receivedAt }) => {
        const { from, until = receivedAt } = query;
        refuseFuture(from, receivedAt, 'from');
        const figures = await treatmentFigures(db, scopeOf(caller, treatmentPath), { from, until });
        const body: z.output<typeof treatmentFiguresAnswer> = {
          ...{ from, fromText: describeLocal(from), until, untilText: describeLocal(until), ...figures },
          positiveOutcomes: [...figures.positiveOutcomes],
          definitions: definitionsOfTreatment,
        };
        return { status: 200, body };
      },
    }),
    reading({
      method: 'get',
      path: consentsPath,
      summary: 'What people with a referral have agreed to now, each purpose by itself',
      tag: 'figures',
      answers: { 200: { description: 'The figures', body: consentFiguresAnswer } },
      handle: async ({ caller, receivedAt }) => {
        const { people, purposes } = await consentFigures(db, scopeOf(caller, consentsPath));
        const body: z.output<typeof consentFiguresAnswer> = {
          ...{ asAt: receivedAt, asAtText: describeLocal(receivedAt), people, purposes: [...purposes] },
          definitions: {
            people: 'Human beings with a referral of the voluntary path that is not void.',
            purposes:
              'By what holds now: the latest that was told of this purpose, by when it was so. Given, withdrawn and not asked add up to people.',
          },
        };
        return { status: 200, body };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/figures/danger',
      summary: 'How many people with a referral may be in danger now; who they are is told nobody here',
      tag: 'figures',
      answers: { 200: { description: 'The figure', body: dangerFiguresAnswer } },
      handle: async ({ caller, receivedAt }) => {
        const people = await peopleInDanger(db, caller.forceId);
        const suppressed = people > 0 && people < smallestTold;
        const body: z.output<typeof dangerFiguresAnswer> = {
          ...{ asAt: receivedAt, asAtText: describeLocal(receivedAt) },
          ...{ people: suppressed ? null : people, suppressed },
          definition:
            'Human beings with a referral of the voluntary path for whom a safety flag stands now, e.g. for domestic abuse.',
        };
        return { status: 200, body };
      },
    }),
  ];
}

/** Who counts for a provider alone counts the cases that it has. */
function scopeOf(caller: Caller, path: string): Scope {
  return { forceId: caller.forceId, providerId: providerOf(caller, `GET ${path}`) };
}

/** @throws Problem `in-the-future` */
function refuseFuture(asked: Instant, now: Instant, field = 'asAt'): void {
  if (!isBefore(now, asked)) return;
  throw new Problem('in-the-future', {
    errors: [{ path: `/${field}`, code: 'in-the-future', message: `${field} has not come yet` }],
  });
}

function statusOf(
  publications: readonly Publication[],
  figures: GivenOutFigures,
): z.output<typeof referralFiguresAnswer>['status'] {
  const last = publications.at(-1);
  if (last === undefined) return 'provisional';
  return isSame(last.figures, figures) ? 'final' : 'revised';
}

function isSame(a: GivenOutFigures, b: GivenOutFigures): boolean {
  return a.received === b.received && a.open === b.open && a.closed === b.closed && a.people === b.people;
}

function publicationView({ asAt, version, reason, figures, publishedAt, by }: Publication) {
  return {
    ...{ asAt, asAtText: describeLocal(asAt), version, reason, ...figures },
    ...{ publishedAt, publishedText: describeLocal(publishedAt), by },
  } satisfies z.output<typeof publication>;
}
