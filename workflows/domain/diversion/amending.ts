import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isSameRoute } from './acceptance.ts';
import type { RerouteReason } from './acceptance.ts';
import type { AmendDetailsData } from './amendment.ts';
import { latest } from './accepting.ts';
import { raise, settle } from './attention.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { refuseBefore } from './handing-over.ts';
import type { Refused } from './handing-over.ts';
import { askAboutRoute, mayRouteAtOnce, routeTo } from './rerouting.ts';
import type { DiversionState } from './state.ts';

/** Details put right, notes, and the flag of Integrated Offender Management: which, when, by whom; never the values. */

export function amendDetails(
  state: DiversionState,
  command: DiversionCommandOf<'amend-details'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const refused = refuseFields(data);
  if (refused !== undefined) {
    return refused;
  }
  const { amendmentId, fields, reason, route: proposed, area, underAge } = data;
  const draft = new DecisionDraft(state, command);
  const amended = {
    ...{ amendmentId, fields, reason },
    ...(area === undefined ? {} : { area }),
    ...(underAge === true ? { underAge } : {}),
  };
  const aboutAge = askAboutAge(state, underAge, occurredAt);
  if (proposed === undefined || state.closure !== null) {
    return draft.record('details-amended', occurredAt, amended, aboutAge).decided();
  }
  if (!mayRouteAtOnce(state, proposed) || isSameRoute(state.route, proposed)) {
    const { settled, raised } = askAboutRoute(state, proposed, occurredAt);
    const both = {
      settled: [...settled, ...aboutAge.settled],
      raised: [...raised, ...aboutAge.raised],
    };
    return draft.record('details-amended', occurredAt, amended, both).decided();
  }
  draft.record('details-amended', occurredAt, amended, aboutAge);
  // The other provider has it from when that was known, never from before the present one did.
  const at = latest(occurredAt, state.acceptance.routedAt, state.declined?.at ?? null) ?? occurredAt;
  return routeTo(draft, { route: proposed, reason: whyRouted(state, data) }, at, now).decided();
}

/** It may be the truth, so it is taken; but a child is not to be worked with here, and somebody is to see to it. */
function askAboutAge(
  state: DiversionState,
  underAge: boolean | undefined,
  at: Instant,
): Required<Pick<DraftEffects, 'settled' | 'raised'>> {
  return {
    settled: underAge === false ? settle(state, ['found-under-18']) : [],
    raised: underAge === true ? [raise(state, 'found-under-18', at)] : [],
  };
}

function whyRouted({ route }: DiversionState, { reason }: AmendDetailsData): RerouteReason {
  if (route === null) {
    return 'no-route';
  }
  return reason === 'changed' ? 'moved' : 'wrong-area';
}

function refuseFields({ fields, route }: AmendDetailsData): Refused {
  if (fields.length === 0 || new Set(fields).size < fields.length) {
    return refuse('condition-not-met', 'An amendment names at least one detail, and each once.');
  }
  return route === undefined || fields.includes('postcode')
    ? undefined
    : refuse('condition-not-met', 'The route is asked for again only where the postcode has changed.');
}

export function addNote(
  state: DiversionState,
  command: DiversionCommandOf<'add-note'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { noteId } = data;
  return new DecisionDraft(state, command).record('note-added', occurredAt, { noteId }).decided();
}

export function setIomFlag(
  state: DiversionState,
  command: DiversionCommandOf<'set-iom-flag'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { designated } = data;
  const { iomSince } = state;
  const refused =
    designated === (iomSince !== null)
      ? refuse('already-done', designated ? 'The person is designated.' : 'The person is not designated.', {
          since: iomSince,
        })
      : refuseBefore(occurredAt, iomSince, 'It is dated before the person was designated.');
  return (
    refused ?? new DecisionDraft(state, command).record('iom-flag-set', occurredAt, { designated }).decided()
  );
}
