import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The figures a process shows at /metrics. Labels are codes of fixed lists, never ids: no person can be read out of them. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  /** `outcome`: taken, or the code of the refusal. */
  readonly commands: Counter<'kind' | 'command' | 'outcome'>;
  readonly commandSeconds: Histogram<'kind'>;
  /** `outcome`: recorded, known, behind, rejected, failed. */
  readonly appendSeconds: Histogram<'outcome'>;
  readonly deliveries: Counter<'purpose' | 'status'>;
  readonly intake: Counter<'source' | 'outcome'>;
  readonly deadlineLatenessSeconds: Histogram<'rule'>;
  readonly stuck: Gauge<'cause'>;
  readonly sweepAt: Gauge;
  readonly inboundLookAt: Gauge;
  readonly lostRuns: Gauge;
}

export function createMetrics(labels: { readonly process: string; readonly build: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'llwybr_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: seconds,
      registers,
    }),
    commands: new Counter({
      name: 'llwybr_commands_total',
      help: 'Commands by what became of them',
      labelNames: ['kind', 'command', 'outcome'],
      registers,
    }),
    commandSeconds: new Histogram({
      name: 'llwybr_command_seconds',
      help: 'Time from a command to its answer by the engine',
      labelNames: ['kind'],
      buckets: seconds,
      registers,
    }),
    appendSeconds: new Histogram({
      name: 'llwybr_append_seconds',
      help: 'Time of one append to the ledger',
      labelNames: ['outcome'],
      buckets: seconds,
      registers,
    }),
    deliveries: new Counter({
      name: 'llwybr_deliveries_total',
      help: 'Messages by what became of them',
      labelNames: ['purpose', 'status'],
      registers,
    }),
    intake: new Counter({
      name: 'llwybr_intake_total',
      help: 'Referrals and tests taken in, by what became of them',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    deadlineLatenessSeconds: new Histogram({
      name: 'llwybr_deadline_lateness_seconds',
      help: 'How long after it was due a clock was recorded',
      labelNames: ['rule'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86_400],
      registers,
    }),
    stuck: new Gauge({
      name: 'llwybr_stuck_pathways',
      help: 'Pathways on the stuck list',
      labelNames: ['cause'],
      registers,
    }),
    sweepAt: new Gauge({
      name: 'llwybr_sweep_timestamp_seconds',
      help: 'When the sweep last ended well',
      registers,
    }),
    inboundLookAt: new Gauge({
      name: 'llwybr_inbound_look_timestamp_seconds',
      help: 'When all texts that came in were last asked for; 0 where another process asks',
      registers,
    }),
    lostRuns: new Gauge({
      name: 'llwybr_runs_without_pathway',
      help: 'Live runs whose pathway the ledger does not hold, as after it was restored',
      registers,
    }),
  };
}
