import { layDownAmendment } from '../store/amendments.ts';
import type { DetailChanges, NewAmendment } from '../store/amendments.ts';
import type { Database } from '../store/database.ts';
import { indexNameAgain } from '../store/name-index.ts';
import { policyVersion } from '../store/policies.ts';
import { addPerson } from '../store/new-person.ts';
import { layDownNote } from '../store/notes.ts';
import { offenceDateOf } from '../store/offence-dates.ts';
import { organisationsAt } from '../store/organisations.ts';
import type { PathwayRow } from '../store/pathways.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import { personById } from '../store/persons.ts';
import { isKnownProgramme, routesInForce } from '../store/routes.ts';
import { wholeForce } from '../store/scope.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { Refusal } from '../workflows/domain/common/decision.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { isLocalDate } from '../workflows/domain/common/london-time.ts';
import type { ProviderRoute } from '../workflows/domain/diversion/acceptance.ts';
import type { AmendableDetail, AmendDetailsData } from '../workflows/domain/diversion/amendment.ts';
import { isBornTooLate, isUnderAge } from '../workflows/domain/diversion/age.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import type { DiversionCommandData } from '../workflows/domain/diversion/commands.ts';
import { routeFor } from '../workflows/domain/diversion/routing.ts';
import type { RouteRow } from '../workflows/domain/diversion/routing.ts';
import { channelsOf } from './referral-intake.ts';
import { areaOfResidence, routeOfResidence } from './residence-route.ts';
import type {
  ResolvedCommandBodies,
  ResolvedCommandName,
  SentProvider,
} from './schemas/resolved-commands.ts';

/** What is not there, or not allowed, of what was sent; the API answers it like a refusal of the rules. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

interface Sent<N extends ResolvedCommandName> {
  readonly db: Database;
  readonly row: PathwayRow;
  readonly command: Command<N, ResolvedCommandBodies[N]>;
}

type Resolve<N extends ResolvedCommandName> = (sent: Sent<N>) => Promise<DiversionCommandData[N]>;

const resolvers: { readonly [N in ResolvedCommandName]: Resolve<N> } = {
  reroute: async ({ db, row, command }) => ({
    route: await routeTo(db, row, command),
    reason: command.data.reason,
  }),
  'transfer-pathway': async ({ db, row, command }) => ({
    to: await routeTo(db, row, command),
    reason: command.data.reason,
  }),
  'record-move': async ({ db, row, command }) => {
    const { residence, address } = command.data;
    const postcode = 'postcode' in residence ? residence.postcode : null;
    await layDownAmendment(db, amendment(row, command, { address: address ?? null, postcode }));
    return livingAt(db, row, command.occurredAt, postcode);
  },
  'amend-details': async ({ db, row, command }): Promise<AmendDetailsData> => {
    const { changes, reason } = command.data;
    const underAge = await underAgeBy(db, row, changes);
    await layDownAmendment(db, amendment(row, command, changes));
    return {
      amendmentId: command.commandId,
      fields: Object.keys(changes) as AmendableDetail[],
      reason,
      ...(changes.postcode === undefined
        ? {}
        : await livingAt(db, row, command.occurredAt, changes.postcode)),
      ...(underAge === undefined ? {} : { underAge }),
    };
  },
  'add-note': async ({ db, row, command }) => {
    const { forceId, pathwayId, personId } = row;
    const noteId = command.commandId;
    if ((await personById(db, wholeForce(forceId), personId)) === null) {
      throw new UnresolvedError({
        code: 'condition-not-met',
        message:
          'The details of this person were erased, and a note would be kept for ever. Nothing was recorded.',
      });
    }
    await layDownNote(db, { forceId, pathwayId, noteId, text: command.data.text });
    return { noteId };
  },
  'reassign-person': async ({ db, row, command }) => {
    const { person, reason } = command.data;
    const { forceId } = row;
    const personId = 'personId' in person ? person.personId : await addRightPerson(db, forceId, command);
    const right = await personById(db, wholeForce(forceId), personId);
    if (right === null) {
      throw new UnresolvedError({
        code: 'not-found',
        message: 'The force has no such person. Nothing was recorded.',
        details: { personId },
      });
    }
    const { language, safeToText } = right;
    const area = await areaOfResidence(db, forceId, right.postcode);
    return { personId, reason, language, safeToText, knownChannels: channelsOf(right), area };
  },
  'rebase-policy': async ({ db, row: { forceId, policyId }, command: { data } }) => {
    const policy = await policyVersion(db, forceId, policyId, data.version);
    if (policy === null) {
      throw new UnresolvedError({
        code: 'not-found',
        message: 'The policy of this referral has no such version. Nothing was recorded.',
        details: { version: data.version },
      });
    }
    // A pathway of this kind has a policy of its duty.
    return { policy: policy as DiversionPolicy, reason: data.reason };
  },
};

export function isResolved(row: PathwayRow, name: string): name is ResolvedCommandName {
  return row.kind === 'diversion' && Object.hasOwn(resolvers, name);
}

/**
 * The command as the rules take it: ids, codes and instants only. What may not be in the ledger is laid down before,
 * under the command's id, and comes into force with its event (docs/decisions/0006). Safe to do again.
 *
 * @throws UnresolvedError
 */
export async function resolveCommand(db: Database, row: PathwayRow, command: Command): Promise<Command> {
  if (!isResolved(row, command.name)) return command;
  const resolve = resolvers[command.name] as Resolve<ResolvedCommandName>;
  return { ...command, data: await resolve({ db, row, command } as Sent<ResolvedCommandName>) };
}

/** What is put in order after the ledger has taken the command; safe to do again, and nobody waits for it. */
export function tidyAfter(db: Database, row: PathwayRow, command: string): (() => Promise<void>) | undefined {
  return command === 'amend-details' && row.kind === 'diversion'
    ? () => indexNameAgain(db, row.forceId, row.personId)
    : undefined;
}

/** Under the id of the command, so that it is added once. @throws UnresolvedError */
async function addRightPerson(
  db: Database,
  forceId: string,
  { commandId, data: { person } }: Command<'reassign-person', ResolvedCommandBodies['reassign-person']>,
): Promise<string> {
  if ('personId' in person) return person.personId;
  const added = await addPerson(db, forceId, commandId, detailsOf(person));
  if (added.known === undefined) return added.personId;
  throw new UnresolvedError({
    code: 'conflict',
    message: 'Somebody has this number already: name them by their id. Nothing was recorded.',
    details: { personId: added.known },
  });
}

function detailsOf(
  person: Exclude<ResolvedCommandBodies['reassign-person']['person'], { personId: string }>,
): PersonDetails {
  const { surname, forenames, birthDate, nominalNumber, residence, mobile, language, safeToText } = person;
  return {
    ...{
      surname,
      forenames: forenames ?? null,
      birthDate,
      nominalNumber: nominalNumber ?? null,
      address: null,
    },
    postcode: residence !== undefined && 'postcode' in residence ? residence.postcode : null,
    ...{ mobile: mobile ?? null, email: null, sex: null, ethnicity: null, language: language ?? null },
    safeToText: safeToText === undefined || safeToText === 'unknown' ? null : safeToText,
  };
}

/**
 * Whether the person was under 18 by these details; undefined where neither date is among them. What the form of a
 * referral refuses of a birth date is refused here too.
 *
 * @throws UnresolvedError
 */
async function underAgeBy(
  db: Database,
  { forceId, pathwayId, personId, receivedAt }: PathwayRow,
  { birthDate: newBirthDate, offenceDate: newOffenceDate }: DetailChanges,
): Promise<boolean | undefined> {
  if (newBirthDate === undefined && newOffenceDate === undefined) return undefined;
  const birthDate = newBirthDate ?? (await personById(db, wholeForce(forceId), personId))?.birthDate;
  // The details of who was erased are gone.
  if (birthDate === undefined || !isLocalDate(birthDate)) return undefined;
  const offenceDate = newOffenceDate ?? (await offenceDateOf(db, forceId, pathwayId));
  const facts = { birthDate, offenceDate, receivedAt };
  if (isBornTooLate(facts)) {
    const field = newBirthDate === undefined ? 'offenceDate' : 'birthDate';
    throw new UnresolvedError({
      code: 'before-the-start',
      message: `The date of birth must lie before the ${offenceDate === null ? 'referral' : 'offence'}. Nothing was recorded.`,
      details: { field },
    });
  }
  return isUnderAge(facts);
}

function amendment(
  { forceId, pathwayId, personId }: PathwayRow,
  { commandId, name }: Command<NewAmendment['command']>,
  changes: DetailChanges,
): NewAmendment {
  return { forceId, pathwayId, personId, amendmentId: commandId, command: name, changes };
}

/** The row of the route table for this home, and the area in which it lies. */
async function livingAt(
  db: Database,
  row: PathwayRow,
  at: Instant,
  postcode: string | null,
): Promise<{ route: ProviderRoute | null; area: string | null }> {
  return {
    route: await routeAt(db, row, at, postcode),
    area: await areaOfResidence(db, row.forceId, postcode),
  };
}

async function routeAt(
  db: Database,
  { forceId }: PathwayRow,
  at: Instant,
  postcode: string | null,
): Promise<ProviderRoute | null> {
  return providerRoute(await routeOfResidence(db, forceId, at, postcode));
}

function providerRoute(route: RouteRow): ProviderRoute;
function providerRoute(route: RouteRow | null): ProviderRoute | null;
function providerRoute(route: RouteRow | null): ProviderRoute | null {
  if (route === null) return null;
  const { providerId, programme, routeId } = route;
  return { providerId, programme, routeId };
}

/**
 * The row of the route table that leads to this provider: the one for where the person lives before another. Where none
 * does, a manager may send a person there all the same; the route is then named by the command.
 *
 * @throws UnresolvedError
 */
async function routeTo(
  db: Database,
  row: PathwayRow,
  { commandId, occurredAt, actor, data }: Command<string, SentProvider>,
): Promise<ProviderRoute> {
  const { forceId } = row;
  const { providerId, programme } = data;
  const providers = await organisationsAt(db, forceId, occurredAt, 'provider');
  if (!providers.some(({ organisationId }) => organisationId === providerId)) {
    throw new UnresolvedError({
      code: 'not-found',
      message:
        'The force had no such provider then; details.providerIds names those there were. Nothing was recorded.',
      details: { providerId, providerIds: providers.map(({ organisationId }) => organisationId) },
    });
  }
  if (programme !== undefined && !(await isKnownProgramme(db, forceId, programme))) {
    throw new UnresolvedError({
      code: 'not-found',
      message: 'The force has no such programme. Nothing was recorded.',
      details: { programme },
    });
  }
  const routes = (await routesInForce(db, forceId, occurredAt)).filter(
    (route) => route.providerId === providerId && (programme === undefined || route.programme === programme),
  );
  const person = routes.length > 1 ? await personById(db, wholeForce(forceId), row.personId) : null;
  const own = routes.filter((route) => route.programme === row.programme);
  const route = routeFor(routes, person?.postcode ?? null) ?? own[0] ?? routes[0];
  if (route !== undefined) return providerRoute(route);
  if (actor.role !== 'Manager') {
    throw new UnresolvedError({
      code: 'condition-not-met',
      message: 'No route leads to this provider; a manager may choose it all the same.',
      details: { providerId, programme: programme ?? null },
    });
  }
  return { providerId, programme: programme ?? row.programme, routeId: `by-hand:${commandId}` };
}
