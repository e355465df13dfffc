import type { StoredEvent } from '../../../workflows/domain/common/event.ts';
import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { isDiversionEvent } from './diversion-event.ts';

interface Strand {
  state: 'planned' | 'runs' | 'ended';
  /** Said to have begun too early: it may be said again. */
  mended: boolean;
  /** What it was before the referral, and of what kind: of those one at a time runs. */
  already: string | undefined;
  prescribed: boolean;
}

/** From the events alone: each strand begins once and ends once, and has at most one prescription at a time. */
export function checkStrands(pathways: readonly LedgerPathway[]): Violation[] {
  return pathways
    .filter(({ kind }) => kind === 'diversion')
    .flatMap(({ pathwayId, events }) => {
      const violations: Violation[] = [];
      const strands = new Map<string, Strand>();
      for (const event of events) {
        take(strands, event, (what) => {
          violations.push(violation('strands', `${pathwayId}: event ${String(event.seq)} ${what}`));
        });
      }
      return violations;
    });
}

function take(strands: Map<string, Strand>, event: StoredEvent, say: (what: string) => void): void {
  const known = (modalityId: string, states: readonly Strand['state'][]): Strand | undefined => {
    const strand = strands.get(modalityId);
    if (strand === undefined) say(`is about strand ${modalityId}, which is not there`);
    else if (!states.includes(strand.state)) say(`is about strand ${modalityId}, which is ${strand.state}`);
    return strand;
  };
  const end = (modalityId: string): void => {
    const strand = known(modalityId, ['planned', 'runs']);
    if (strand !== undefined) Object.assign(strand, { state: 'ended', prescribed: false });
  };
  if (isDiversionEvent(event, 'care-plan-agreed')) {
    for (const { modalityId } of event.data.modalities) {
      if (strands.has(modalityId)) say(`plans strand ${modalityId} again`);
      strands.set(modalityId, { state: 'planned', mended: false, already: undefined, prescribed: false });
    }
  }
  if (isDiversionEvent(event, 'treatment-started')) begin(strands, event.data, say);
  if (isDiversionEvent(event, 'treatment-session-recorded')) known(event.data.modalityId, ['runs', 'ended']);
  if (isDiversionEvent(event, 'prescription-started')) {
    const strand = known(event.data.modalityId, ['runs']);
    if (strand?.prescribed === true) say('begins a second prescription');
    if (strand !== undefined) strand.prescribed = true;
  }
  if (isDiversionEvent(event, 'prescription-ended')) {
    const strand = known(event.data.modalityId, ['runs']);
    if (strand?.prescribed === false) say('ends a prescription that does not run');
    if (strand !== undefined) strand.prescribed = false;
  }
  if (isDiversionEvent(event, 'modality-ended')) end(event.data.modalityId);
  if (isDiversionEvent(event, 'pathway-closed'))
    for (const { modalityId } of event.data.endedModalities ?? []) end(modalityId);
  if (isDiversionEvent(event, 'pathway-reopened')) resume(strands, event.data.resumedModalities ?? [], say);
}

function begin(
  strands: Map<string, Strand>,
  {
    modalityId,
    type,
    prescribed,
    already,
    invalidStart,
  }: {
    readonly modalityId: string;
    readonly type: string;
    readonly prescribed: boolean;
    readonly already: boolean;
    readonly invalidStart: boolean;
  },
  say: (what: string) => void,
): void {
  const before = strands.get(modalityId);
  if (before === undefined && !already) say(`begins strand ${modalityId}, which is not planned`);
  if (before?.state === 'ended' || (before?.state === 'runs' && !before.mended))
    say(`begins strand ${modalityId}, which is ${before.state}`);
  const kind = already ? `${type} ${String(prescribed)}` : undefined;
  const twin = [...strands].find(
    ([id, other]) => id !== modalityId && other.state === 'runs' && other.already === kind,
  );
  if (kind !== undefined && twin !== undefined) say(`begins what runs already as strand ${twin[0]}`);
  strands.set(modalityId, { state: 'runs', mended: invalidStart, already: kind, prescribed: false });
}

function resume(
  strands: ReadonlyMap<string, Strand>,
  modalityIds: readonly string[],
  say: (what: string) => void,
): void {
  for (const modalityId of modalityIds) {
    const strand = strands.get(modalityId);
    if (strand?.state !== 'ended') say(`resumes strand ${modalityId}, which has not ended`);
    else strand.state = 'runs';
  }
}
