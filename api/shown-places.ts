import type { z } from 'zod';
import { tellingInPlace } from '../messages/place-words.ts';
import type { PlaceWords } from '../messages/place-words.ts';
import type { Database } from '../store/database.ts';
import { namesOfServices, placesToShow, setShown, wordsOfPlace } from '../store/shown-places.ts';
import type { PlaceToShow } from '../store/shown-places.ts';
import { providerOf, rolesOfRoute } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { newShownPlace, placeParams, shownPlace, shownPlaceList } from './schemas/shown-places.ts';
import { organisationParams } from './schemas/staff-addresses.ts';

const list = '/api/v1/organisations/{organisationId}/places';
const one = `${list}/{placeCode}/shown`;

/** What people are shown of the places where they are expected: nothing, until somebody who answers for a place says what. */
export function shownPlaceRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: list,
      summary: 'The places of an organisation, and what is shown of each to the people who come there',
      tag: 'reference data',
      params: organisationParams,
      answers: { 200: { description: 'The places, by code', body: shownPlaceList } },
      problems: ['not-found'],
      handle: async ({ caller, params: { organisationId } }) => {
        const places = await placesFor(db, caller, `GET ${list}`, organisationId);
        const services = await namesOfServices(db, caller.forceId);
        const items = places.map((place) => viewOf(place, services));
        return { status: 200, body: { items } satisfies z.output<typeof shownPlaceList> };
      },
    }),
    acting({
      method: 'post',
      path: one,
      summary:
        'Says in which words a place may be shown to the people who come there, or takes them back; what tells what it is for, or whose it is, is refused',
      tag: 'reference data',
      params: placeParams,
      body: jsonBody(newShownPlace),
      answers: { 200: { description: 'It holds from now on', body: shownPlace } },
      problems: ['not-found', 'condition-not-met'],
      prepare: async ({ caller, params: { organisationId, placeCode }, body: { words } }): Promise<Act> => {
        const route = `POST ${one}`;
        placeIn(await placesFor(db, caller, route, organisationId), placeCode);
        const { forceId, userId } = signer(caller, rolesOfRoute(route));
        const services = await namesOfServices(db, forceId);
        const telling = words === null ? [] : tellingInPlace(words, services);
        if (telling.length > 0) {
          throw new Problem('condition-not-met', {
            detail: 'Whoever sees these words of the place would learn what it is for.',
            details: { words: telling },
          });
        }
        return async () => {
          await setShown(db, { forceId, code: placeCode }, { words, changedBy: userId });
          const place = placeIn(await placesFor(db, caller, route, organisationId), placeCode);
          return { status: 200, body: viewOf(place, services) };
        };
      },
    }),
  ];
}

/**
 * What may be shown of a place now, in each language; null: nothing. It is judged here again, since what tells may have come
 * to be known as telling after the words were set.
 */
export async function shownAt(db: Database, forceId: string, placeCode: string): Promise<PlaceWords | null> {
  const words = await wordsOfPlace(db, { forceId, code: placeCode });
  if (words === null) return null;
  return tellingInPlace(words, await namesOfServices(db, forceId)).length > 0 ? null : words;
}

/**
 * A provider does not learn here which others the force has. An organisation that has ended has its places still, and what
 * is shown of one must be taken back as long as anybody is expected there. @throws Problem `not-found`
 */
async function placesFor(
  db: Database,
  caller: Caller,
  route: string,
  organisationId: string,
): Promise<readonly PlaceToShow[]> {
  const own = providerOf(caller, route);
  const known =
    own === null || own === organisationId
      ? await placesToShow(db, { forceId: caller.forceId, organisationId })
      : null;
  if (known === null) throw new Problem('not-found', { detail: 'There is no such organisation.' });
  return known;
}

/** @throws Problem `not-found` */
function placeIn(places: readonly PlaceToShow[], placeCode: string): PlaceToShow {
  const place = places.find(({ code }) => code === placeCode);
  if (place === undefined) throw new Problem('not-found', { detail: 'The organisation has no such place.' });
  return place;
}

function viewOf(
  { code, name, nameCy, address, postcode, said }: PlaceToShow,
  services: readonly string[],
): z.output<typeof shownPlace> {
  const words = said?.words ?? null;
  return {
    ...{ placeCode: code, name, nameCy, address, postcode, words },
    telling: words === null ? [] : tellingInPlace(words, services),
    changedBy: said?.changedBy ?? null,
    updatedAt: said?.updatedAt ?? null,
  };
}
