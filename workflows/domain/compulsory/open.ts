import { adultAge } from '../common/adult-age.ts';
import type { Command } from '../common/command.ts';
import { isInFuture } from '../common/command-guard.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore, secondsBetween } from '../common/instant.ts';
import { ageOn, localParts } from '../common/london-time.ts';
import { clock } from './clocks.ts';
import type { RecordTestData } from './commands.ts';
import { longestDetentionHours, whyNotOpened } from './drug-test.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { compulsoryTable } from './table.ts';

/** People are tested on arrest since 1 December 2005 (Drugs Act 2005 s.7): an older date is a slip, or another power. */
const testingBegan: Instant = '2005-12-01T00:00:00.000Z';

/** Opens a pathway from a positive test, or says why there is none. The birth date is judged here and kept nowhere. */
export function openPathway(
  command: Command<'record-test', RecordTestData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { data, actor } = command;
  const { birthDate, ...kept } = data;
  const row = compulsoryTable.commands['record-test'];
  if (!(row.roles as readonly string[]).includes(actor.role)) {
    return refuse('wrong-role', `"${row.title}" is not for your role.`, {
      role: actor.role,
      allowedRoles: row.roles,
    });
  }
  if (isInFuture(data.testedAt, command.receivedAt, now)) {
    return refuse('in-the-future', 'The test cannot be later than now.', { testedAt: data.testedAt });
  }
  if (isBefore(data.testedAt, testingBegan)) {
    return refuse('before-the-start', 'Nobody was tested on arrest at that time.', {
      testedAt: data.testedAt,
    });
  }
  if (data.basis.kind === 'inspector-authority' && isBefore(data.testedAt, data.basis.authorisedAt)) {
    return refuse('before-the-start', 'The inspector must authorise the sample before it is taken.', {
      authorisedAt: data.basis.authorisedAt,
      testedAt: data.testedAt,
    });
  }
  if (
    data.basis.kind === 'inspector-authority' &&
    secondsBetween(data.basis.authorisedAt, data.testedAt) > longestDetentionHours * 3600
  ) {
    return refuse('condition-not-met', 'The inspector must authorise the sample in the same detention.', {
      authorisedAt: data.basis.authorisedAt,
      testedAt: data.testedAt,
    });
  }
  if (ageOn(birthDate, localParts(data.testedAt).date) < adultAge) {
    return refuse('under-18', 'The person was under 18 at the test. Use the youth service route.');
  }
  const reason = whyNotOpened(data);
  if (reason !== undefined) {
    return refuse(
      'condition-not-met',
      reason === 'negative'
        ? 'No specified Class A drug was found, so there is no duty.'
        : 'A voluntary test creates no duty.',
      { notOpened: reason },
    );
  }
  const opened = newEvent(
    'test-recorded',
    data.testedAt,
    { ...kept, forceId: actor.forceId, adult: true },
    {
      stage: 'awaiting-requirement',
      armed: [
        clock(
          { seq: 0, policy: data.policy },
          'requirement-decision',
          data.testedAt,
          data.policy.requirementDecision,
        ),
      ],
    },
  );
  return { events: [opened], intents: [] };
}
