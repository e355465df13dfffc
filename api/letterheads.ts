import type { z } from 'zod';
import { tellingWordsInPlaceName } from '../messages/neutral-words.ts';
import type { Database } from '../store/database.ts';
import { letterheadOf, setLetterhead } from '../store/letterheads.ts';
import { rolesOfRoute } from './access-policy.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { letterheadAnswer, newLetterhead } from './schemas/letters.ts';
import { organisationParams } from './schemas/staff-addresses.ts';
import { team } from './staff-addresses.ts';

const path = '/api/v1/organisations/{organisationId}/letterhead';

/** Where letters to people come from: without it none can be made. */
export function letterheadRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary: 'What letters of an organisation say of where they come from',
      tag: 'reference data',
      params: organisationParams,
      answers: { 200: { description: 'The letterhead', body: letterheadAnswer } },
      problems: ['not-found'],
      handle: async ({ caller, params: { organisationId }, receivedAt }) => {
        await team(db, caller, `GET ${path}`, organisationId, receivedAt);
        return { status: 200, body: await viewOf(db, caller.forceId, organisationId) };
      },
    }),
    acting({
      method: 'post',
      path,
      summary:
        'Sets what letters of an organisation say of where they come from; what tells what they are about is refused',
      tag: 'reference data',
      params: organisationParams,
      body: jsonBody(newLetterhead),
      answers: { 200: { description: 'It holds from now on', body: letterheadAnswer } },
      problems: ['not-found', 'condition-not-met'],
      prepare: async ({ caller, params: { organisationId }, body, receivedAt }): Promise<Act> => {
        await team(db, caller, `POST ${path}`, organisationId, receivedAt);
        const { forceId, userId } = signer(caller, rolesOfRoute(`POST ${path}`));
        const words = tellingWordsInPlaceName(body.lines.join('\n'));
        if (words.length > 0) {
          throw new Problem('condition-not-met', {
            detail: 'The address shows on the envelope, and these words would tell what the letter is about.',
            details: { words: [...words] },
          });
        }
        return async () => {
          await setLetterhead(db, { forceId, organisationId }, { ...body, changedBy: userId });
          return { status: 200, body: await viewOf(db, forceId, organisationId) };
        };
      },
    }),
  ];
}

async function viewOf(
  db: Database,
  forceId: string,
  organisationId: string,
): Promise<z.output<typeof letterheadAnswer>> {
  const known = await letterheadOf(db, { forceId, organisationId });
  return known === null
    ? { lines: null, phone: null, changedBy: null, updatedAt: null }
    : { ...known, lines: [...known.lines] };
}
