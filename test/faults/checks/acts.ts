import { factOfCommand } from '../../../api/fact-table.ts';
import { isTaken, type AskedAct } from '../../../scripts/house/officer.ts';
import type { LedgerPathway, LedgerSnapshot } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/** Ids of commands that the engine makes itself; every other id in the ledger is that of somebody's request. */
const enginesOwn = /^(deadline|fact|delivery|reply|reply-settled|internal):/;

interface RecordedCommand {
  readonly pathwayId: string;
  readonly events: LedgerPathway['events'];
}

/**
 * I1: what was answered, held against what is in the ledger. Clients know keys, the ledger knows command
 * ids; the request table has both.
 */
export function checkActs(acts: readonly AskedAct[], ledger: LedgerSnapshot): Violation[] {
  const recorded = recordedCommands(ledger.pathways);
  const factRequests = new Map<string, number>();
  for (const { requestId } of ledger.facts)
    factRequests.set(requestId, (factRequests.get(requestId) ?? 0) + 1);
  const requests = new Map(ledger.requests.map((request) => [request.key, request]));
  const violations: Violation[] = [];
  const taken = new Set<string>();

  for (const act of acts) {
    const say = (what: string): number =>
      violations.push(violation('I1', `${act.path} with key ${act.key} ${what}`));
    const request = requests.get(act.key);
    if (act.final === undefined) {
      say(`was never answered (${act.heard.map(({ status, code }) => code ?? String(status)).join(', ')})`);
      continue;
    }
    if (act.final.status >= 500) say(`was answered ${String(act.final.status)}`);
    if (request === undefined) {
      // Refused before anything was begun; that nothing of it is there is seen below, from the ledger's side.
      if (isTaken(act)) say(`was answered ${String(act.final.status)} and is no request`);
      continue;
    }
    const { commandId } = request;
    const commands = recorded.get(commandId) ?? [];
    const facts = factRequests.get(commandId) ?? factRequests.get(act.key) ?? 0;
    if (!isTaken(act)) {
      if (commands.length + facts > 0) say(`was refused with ${String(act.final.status)} and is recorded`);
      continue;
    }
    if (request.state !== 'answered' || request.status !== act.final.status) {
      say(
        `was answered ${String(act.final.status)}, the request says ${request.state} ${String(request.status)}`,
      );
    }
    taken.add(commandId);
    if (isFact(act)) {
      if (facts !== 1) say(`is recorded as ${String(facts)} facts`);
      continue;
    }
    if (commands.length !== 1) say(`is recorded in ${String(commands.length)} pathways`);
    for (const command of commands) checkEvents(act, command, say);
  }

  for (const [commandId, [command]] of recorded) {
    if (!enginesOwn.test(commandId) && !taken.has(commandId)) {
      violations.push(
        violation(
          'I1',
          `${command?.pathwayId ?? ''}: ${commandId} is recorded and was answered to nobody as taken`,
        ),
      );
    }
  }
  return violations;
}

/** The events of one command stand in a row, and the answer named exactly them. */
function checkEvents(act: AskedAct, { events }: RecordedCommand, say: (what: string) => void): void {
  const first = events[0]?.seq ?? 0;
  if (events.some(({ seq }, index) => seq !== first + index)) {
    say(`is recorded in parts: ${events.map(({ seq }) => seq).join(', ')}`);
  }
  const { events: answered, seq } = act.final?.body as {
    readonly events?: readonly { seq: number; type: string }[];
    readonly seq?: number | null;
  };
  if (answered === undefined) return;
  if (seq === null) {
    // Who may not read the case is told what became of their own words, and nothing else of it.
    if (answered.length !== 1 || answered[0]?.type !== events[0]?.type) {
      say(
        `was answered with ${JSON.stringify(answered)}, the ledger has ${events[0]?.type ?? 'nothing'} first`,
      );
    }
    return;
  }
  const spelled = (list: readonly { seq: number; type: string }[]): string =>
    list.map(({ seq, type }) => `${String(seq)} ${type}`).join(', ');
  if (spelled(answered) !== spelled(events)) {
    say(`was answered with ${spelled(answered)}, the ledger has ${spelled(events)}`);
  }
}

/** Told with the person, or with a case of theirs. */
function isFact({ path }: AskedAct): boolean {
  const last = path.split('/').at(-1) ?? '';
  return last === 'facts' || factOfCommand(last) !== undefined;
}

function recordedCommands(pathways: readonly LedgerPathway[]): Map<string, RecordedCommand[]> {
  const commands = new Map<string, RecordedCommand[]>();
  for (const { pathwayId, events } of pathways) {
    for (const commandId of new Set(events.map((event) => event.commandId))) {
      const own = { pathwayId, events: events.filter((event) => event.commandId === commandId) };
      // The engine's ids are unique in their pathway only: a fact is carried to several.
      commands.set(commandId, [...(commands.get(commandId) ?? []), own]);
    }
  }
  return commands;
}
