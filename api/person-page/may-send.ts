import { judge } from '../../messages/judge.ts';
import type { NumberPlan } from '../../messages/phone-number.ts';
import { sendingFactsOf } from '../../messages/sending-facts.ts';
import type { Database } from '../../store/database.ts';
import type { PathwayRow } from '../../store/pathways.ts';
import { linkIsThere } from '../../store/person-links.ts';
import { sendingCaseOf } from '../../store/sending-case.ts';
import { after, before } from '../../workflows/domain/common/duration.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { pageLinkJustLeft } from '../../workflows/domain/common/page-link.ts';
import { problemOf } from '../refusals.ts';

/**
 * Whether the text with the link could leave, as it would be judged now: who asks for it is told at once why not, in place
 * of a message that is skipped. It is judged again when it is sent. Nor is there another one while the last is on its way or
 * has only just left: whoever asks twice means one. Of two who ask at once both may get one, and the later link counts.
 *
 * @throws Problem `condition-not-met` with the reason; `already-done`
 */
export async function checkMaySendLink(
  db: Database,
  { forceId, pathwayId }: Pick<PathwayRow, 'forceId' | 'pathwayId'>,
  { numbers, now, body }: { readonly numbers: NumberPlan; readonly now: Instant; readonly body: unknown },
): Promise<void> {
  const found = await sendingCaseOf(db, forceId, pathwayId);
  if (found === null) return;
  const expiresAt = after(now, { unit: 'days', count: 1 }, []);
  const judgement = judge(
    sendingFactsOf({ purpose: 'page-link', notBefore: now, expiresAt }, found, numbers),
    now,
  );
  if (judgement.verdict === 'skip') {
    const { reason } = judgement;
    const message = 'The text with the link would not be sent to this person now.';
    throw problemOf({ code: 'condition-not-met', message, details: { reason } }, { body });
  }
  const { count } = pageLinkJustLeft;
  if (await linkIsThere(db, { forceId, pathwayId }, before(now, pageLinkJustLeft))) {
    const message = `A text with a link is on its way, or left in the last ${String(count)} minutes.`;
    throw problemOf({ code: 'already-done', message, details: {} }, { body });
  }
}
