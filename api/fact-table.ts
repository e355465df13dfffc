import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { PersonFactKind } from '../workflows/domain/common/person-fact.ts';
import type { PersonMatter } from '../workflows/domain/common/standing-facts.ts';

/** Facts about a person; the withdrawal of one task has a route of its own. */
export type PersonFactName = Exclude<PersonFactKind, 'task-withdrawn'>;

/** How a fact is told from a case, by those who work there, and who may tell it anywhere. */
export interface FactRow {
  /** Name of the command that records it from a pathway. */
  readonly command: string;
  readonly title: string;
  readonly effect: string;
  readonly source: string;
  readonly roles: readonly Role[];
}

const dip: readonly Role[] = ['DipOfficer', 'InitialAssessor', 'FollowUpAssessor'];
const anybody: readonly Role[] = ['PoliceOfficer', 'CustodyOfficer', ...dip, ...providerRoles, 'Manager'];
/** Who speaks with the person about how they are reached. */
const contact: readonly Role[] = [...dip, ...providerRoles, 'Manager'];
const custody: readonly Role[] = [...anybody, 'PrisonLinkWorker'];

const safety = 'Product rule: safety facts do not wait for the engine, and unknown is no';

/** Every fact about a person: who may tell it, and what it does. It holds for all cases of the person, at once. */
export const factTable: Readonly<Record<PersonFactName, FactRow>> = {
  death: {
    command: 'record-death',
    title: 'Record a death',
    effect:
      'No text leaves and no task stands from this moment; every case of the person that is open is closed as died.',
    source: 'Wales: deaths in treatment are reviewed and counted apart',
    roles: anybody,
  },
  'death-corrected': {
    command: 'correct-death',
    title: 'Correct a death that was none',
    effect:
      'What the death stopped goes on as if it had never been told, and what was due meanwhile passes late; only a closure does not, it has its time anew. What it cancelled and withdrew stays so: somebody looks at it.',
    source: 'Own default: a mistake of that kind is undone by who answers for it',
    roles: ['PoliceOfficer', 'CustodyOfficer', 'DipOfficer', 'ProviderManager', 'Manager'],
  },
  'stop-texts': {
    command: 'stop-texts',
    title: 'Stop texts',
    effect: 'No text leaves from this moment; somebody reaches the person in another way.',
    source: 'Privacy and Electronic Communications Regulations 2003: who says stop is heard at once',
    roles: anybody,
  },
  'texts-allowed': {
    command: 'allow-texts',
    title: 'Allow texts again',
    effect: 'Takes the stop back, where nothing else speaks against texts.',
    source: safety,
    roles: contact,
  },
  custody: {
    command: 'record-custody',
    title: 'Record that the person is in custody',
    effect:
      'Nobody tries to reach them and no text goes there until the release; the time of the referral goes on. It is never an excuse by itself.',
    source: 'Settled: custody is a suggestion to who reviews, nothing automatic',
    roles: custody,
  },
  release: {
    command: 'record-release',
    title: 'Record the release',
    effect: 'Ends the custody; what it stopped begins anew at the release.',
    source: 'Settled: custody is a suggestion to who reviews, nothing automatic',
    roles: custody,
  },
  'consent-given': {
    command: 'record-consent',
    title: 'Record a consent',
    effect: 'The person agrees to this one purpose.',
    source: 'UK GDPR article 7: consent by purpose, dated, and taken back as easily',
    roles: ['InitialAssessor', 'FollowUpAssessor', ...providerRoles, 'Manager'],
  },
  'consent-withdrawn': {
    command: 'withdraw-consent',
    title: 'Record that a consent is taken back',
    effect:
      'Stops sharing, treatment or texts, whichever it is about, and nothing else: no compulsory duty, clock or statutory report. Treatment taken back closes each open referral of the person and cancels what is booked ahead; to record the consent again opens none, reopen-pathway does.',
    source: 'UK GDPR article 7: consent by purpose, dated, and taken back as easily',
    roles: contact,
  },
  'contact-preferences': {
    command: 'record-contact-preferences',
    title: 'Record how the person may be reached',
    effect:
      'Text, e-mail, post, voicemail: each yes, no or not asked. Only yes lets anything be sent that way; a way that is left out stays as it was.',
    source: safety,
    roles: contact,
  },
  'safety-flag': {
    command: 'record-safety-flag',
    title: 'Record that the person may be in danger',
    effect: 'No text that names a place leaves; each letter and visit is decided by a person, every time.',
    source: 'Domestic abuse, refuge: no link, no place, no letter without a person’s decision',
    roles: contact,
  },
  'safety-flag-lifted': {
    command: 'lift-safety-flag',
    title: 'Lift the safety flag',
    effect: 'What the flag kept back is decided as usual again.',
    source: 'Domestic abuse, refuge: no link, no place, no letter without a person’s decision',
    roles: ['DipOfficer', 'ProviderManager', 'Manager'],
  },
};

export const personFactNames = Object.keys(factTable) as PersonFactName[];

const kindsByCommand = new Map(personFactNames.map((fact) => [factTable[fact].command, fact]));

export const factCommands: readonly string[] = [...kindsByCommand.keys()];

/** Which fact a command of a pathway records; undefined where it is a command of the pathway itself. */
export function factOfCommand(command: string): PersonFactName | undefined {
  return kindsByCommand.get(command);
}

export function rolesOfFact(fact: PersonFactName): readonly Role[] {
  return factTable[fact].roles;
}

export const rolesOfAnyFact: readonly Role[] = [...new Set(personFactNames.flatMap(rolesOfFact))];

/**
 * Who may read what holds of a matter. The police side reads what binds it; what a person agreed to in treatment stays
 * there.
 */
export function readersOfMatter(matter: PersonMatter): readonly Role[] {
  switch (matter) {
    case 'death':
    case 'custody':
      return [...anybody, 'Inspector', 'DToACoordinator'];
    case 'texts':
    case 'safety':
    case 'consent:texts':
    case 'way:text':
    case 'way:email':
    case 'way:post':
    case 'way:voicemail':
      return contact;
    case 'consent:sharing':
    case 'consent:treatment':
    case 'consent:national-data':
    case 'consent:care-record':
      return [...providerRoles, 'Manager'];
  }
}
