import type { Instant } from '../workflows/domain/common/instant.ts';
import { notTreatment } from '../workflows/domain/diversion/treatment.ts';
import type { PositiveOutcome } from '../workflows/domain/diversion/treatment.ts';
import type { Database } from './database.ts';
import type { Scope } from './scope.ts';

/** What was done with and for people in a period, by when it happened; from the ledger, without what is void. */
export interface TreatmentFigures {
  /** Strands of treatment that ended; a course is none. */
  readonly modalitiesEnded: { readonly prescribed: number; readonly notPrescribed: number };
  /** Human beings with a strand of treatment that ran in the period. */
  readonly peopleInTreatment: number;
  readonly peopleWithPrescriptionBegun: number;
  readonly peopleTested: number;
  /** The closures that stand, of referrals completed; the four add up to `completed`. */
  readonly completions: {
    readonly drugAndCrimeFree: number;
    readonly drugFreeOnly: number;
    readonly crimeFreeOnly: number;
    readonly neitherOrUnknown: number;
  };
  /** The two end results, each by itself. */
  readonly endResults: { readonly completed: number; readonly engagedThenEnded: number };
  readonly positiveOutcomes: readonly {
    readonly area: string | null;
    readonly outcome: PositiveOutcome;
    readonly events: number;
  }[];
  readonly awarenessCourses: { readonly begun: number; readonly completed: number };
  /** Of the referrals received in the period, the first try of a person. */
  readonly firstTry: {
    readonly received: number;
    readonly tried: number;
    /** By the end of its clock, as it was set at receipt. */
    readonly inTime: number;
    /** From receipt, to the tenth; null: nobody was tried. */
    readonly medianHours: number | null;
  };
}

interface Row {
  readonly endedPrescribed: number;
  readonly endedNotPrescribed: number;
  readonly inTreatment: number;
  readonly prescribed: number;
  readonly tested: number;
  readonly both: number;
  readonly drug: number;
  readonly crime: number;
  readonly neither: number;
  readonly engagedThenEnded: number;
  readonly outcomes: TreatmentFigures['positiveOutcomes'];
  readonly coursesBegun: number;
  readonly coursesCompleted: number;
  readonly received: number;
  readonly tried: number;
  readonly inTime: number;
  readonly medianHours: number | null;
}

/** @param period `until` itself is no longer in it */
export async function treatmentFigures(
  db: Database,
  { forceId, providerId }: Scope,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Promise<TreatmentFigures> {
  const { rows } = await db.pool.query<Row>(
    `with ours as (
       select p.force_id, p.id, coalesce(merged.counted_as, p.person_id) as human, p.summary->>'area' as area,
           p.received_at, p.closed_at
         from pathway p left join llwybr_counted_as($1) merged on merged.person_id = p.person_id
        where p.force_id = $1 and ($2::text is null or p.provider_id = $2) and p.kind = 'diversion' and p.stage <> 'void'
     ), told as (
       select o.human, o.area, e.pathway_id, e.seq, e.type, e.data, e.occurred_at, e.command_id,
           e.occurred_at >= $3 and e.occurred_at < $4 as within
         from ours o join event e on e.force_id = o.force_id and e.pathway_id = o.id
     ), begun as (
       select human, pathway_id, data->>'modalityId' as modality, (data->>'prescribed')::boolean as prescribed,
           data->>'type' = any ($5) as course, (data->>'startedAt')::timestamptz as at, within
         from told where type = 'treatment-started'
     ), ended as (
       select pathway_id, data->>'modalityId' as modality, data->>'reason' as reason, occurred_at as at, within
         from told where type = 'modality-ended'
       union all
       select t.pathway_id, m->>'modalityId', m->>'reason', t.occurred_at, t.within
         from told t, jsonb_array_elements(t.data->'endedModalities') m
        where t.type = 'pathway-closed' and not exists (
          select from told back where back.pathway_id = t.pathway_id and back.seq > t.seq
            and back.type in ('pathway-reopened', 'death-corrected') and back.data->>'closureStands' is null)
     ), strands as (
       select b.*, e.reason, e.at as ended_at, coalesce(e.within, false) as ended_within
         from begun b left join ended e on e.pathway_id = b.pathway_id and e.modality = b.modality
     ), closures as (
       select distinct on (t.pathway_id) t.pathway_id, t.data, t.within
         from told t join ours o on o.id = t.pathway_id and o.closed_at is not null
        where t.type = 'pathway-closed' order by t.pathway_id, t.seq desc
     ), completed as (
       select data->>'drugFree' = 'yes' as drug, data->>'crimeFree' = 'yes' as crime
         from closures where within and data->>'reason' = 'completed'
     ), tries as (
       select o.id, o.received_at, min(t.occurred_at) as at, (
           select (clock->>'due')::timestamptz from event opening, jsonb_array_elements(opening.effects->'armed') clock
            where opening.force_id = o.force_id and opening.pathway_id = o.id and opening.seq = 1
              and clock->>'rule' = 'first-contact' limit 1) as due
         from ours o left join told t on t.pathway_id = o.id and t.type = 'contact-attempted' and t.data->>'by' = 'person'
           and not exists (select from told undone where undone.pathway_id = o.id
             and undone.type = 'contact-attempt-undone' and undone.data->>'attemptId' = t.command_id)
        where o.received_at >= $3 and o.received_at < $4
        group by o.force_id, o.id, o.received_at
     ) select
       (select count(*) from strands where ended_within and not course and prescribed)::integer as "endedPrescribed",
       (select count(*) from strands where ended_within and not course and not prescribed)::integer
         as "endedNotPrescribed",
       (select count(distinct human) from strands where not course and at < $4 and (ended_at is null or ended_at >= $3))
         ::integer as "inTreatment",
       (select count(distinct human) from told where type = 'prescription-started' and within)::integer as prescribed,
       (select count(distinct human) from told where type = 'treatment-tested' and within)::integer as tested,
       (select count(*) from completed where drug and crime)::integer as both,
       (select count(*) from completed where drug and not crime)::integer as drug,
       (select count(*) from completed where crime and not drug)::integer as crime,
       (select count(*) from completed where not (drug or crime))::integer as neither,
       (select count(*) from closures where within and data->>'reason' = 'engaged-then-ended')::integer
         as "engagedThenEnded",
       (select coalesce(jsonb_agg(to_jsonb(counted) order by counted.area nulls last, counted.outcome), '[]') from (
          select area, data->>'outcome' as outcome, count(*) as events from told
           where type = 'positive-outcome-recorded' and within group by 1, 2) counted) as outcomes,
       (select count(*) from begun where course and within)::integer as "coursesBegun",
       (select count(*) from strands where course and ended_within and reason = 'completed')::integer
         as "coursesCompleted",
       (select count(*) from tries)::integer as received,
       (select count(at) from tries)::integer as tried,
       (select count(*) from tries where at <= due)::integer as "inTime",
       (select round((percentile_cont(0.5) within group (order by extract(epoch from at - received_at) / 3600)
           filter (where at is not null))::numeric, 1)::float8 from tries) as "medianHours"`,
    [forceId, providerId, from, until, [...notTreatment]],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A count without a row');
  const { both, drug, crime, neither } = row;
  return {
    modalitiesEnded: { prescribed: row.endedPrescribed, notPrescribed: row.endedNotPrescribed },
    peopleInTreatment: row.inTreatment,
    peopleWithPrescriptionBegun: row.prescribed,
    peopleTested: row.tested,
    completions: {
      ...{ drugAndCrimeFree: both, drugFreeOnly: drug, crimeFreeOnly: crime, neitherOrUnknown: neither },
    },
    endResults: { completed: both + drug + crime + neither, engagedThenEnded: row.engagedThenEnded },
    positiveOutcomes: row.outcomes,
    awarenessCourses: { begun: row.coursesBegun, completed: row.coursesCompleted },
    firstTry: {
      ...{ received: row.received, tried: row.tried, inTime: row.inTime, medianHours: row.medianHours },
    },
  };
}
