/** A line of the processes' own log (platform/log.ts). */
const ownLine = /^\{.*"level":"(trace|debug|info|warn|error|fatal)"/;
/** The Temporal SDK's own lines; what belongs to one goes on over further lines that are indented. */
const sdkLine = /^(?:\S+ )?\[(TRACE|DEBUG|INFO|WARN|ERROR)\] /;
const continued = /^(?:\s|[}\])]|$)/;
/** The SDK warns of it at each start; the worker of the messages is meant to have none. */
const meant = 'No workflows registered, not polling for workflow tasks';
const loud = ['warn', 'error', 'fatal'];

/**
 * Tells which lines of one process are worth a look at the terminal: warnings, errors, and whatever is no line of a
 * log, such as the last words of a process that crashes. Everything is in the log file anyway.
 */
export class NoteworthyLines {
  #last = true;

  /** Is asked for each line, in their order. */
  isNoteworthy(line: string): boolean {
    if (!continued.test(line)) {
      const level = (ownLine.exec(line) ?? sdkLine.exec(line))?.[1]?.toLowerCase();
      this.#last = (level === undefined || loud.includes(level)) && !line.includes(meant);
    }
    return this.#last;
  }
}
