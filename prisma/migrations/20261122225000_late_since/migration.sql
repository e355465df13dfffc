-- Since when something is late that a passed clock asked for: lists are sorted by that, or by the clock that bites first.
ALTER TABLE "pathway" ADD COLUMN "late_since" TIMESTAMPTZ(3);

-- What builds before this called late, for the rows that they wrote and write: they say what is asked, and not since when
-- it is late.
CREATE FUNCTION llwybr_late_since(p_attention jsonb) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT min((asked->>'since')::timestamptz) FROM jsonb_array_elements(p_attention) asked
   WHERE asked->>'code' IN ('not-routed', 'not-accepted', 'not-accepted-manager', 'transfer-unanswered',
     'transfer-unanswered-manager', 'no-first-contact', 'too-few-tries', 'nothing-booked', 'feedback-missing',
     'feedback-overdue', 'feedback-elsewhere', 'police-not-told', 'condition-undecided', 'requirement-undecided',
     'review-overdue', 'task-unacknowledged', 'marker-overdue')
$$;

UPDATE pathway SET late_since = llwybr_late_since(attention) WHERE llwybr_late_since(attention) IS NOT NULL;

-- Of a force what is late for longest, then by the clock that bites first; never null, so that the place behind any row is a
-- range. The provider last: what is another's is passed over without a look at the row.
CREATE INDEX "pathway_due_idx"
  ON "pathway"("force_id", (LEAST("next_due_at", "late_since", 'infinity'::timestamptz)), "id", "provider_id");

-- As before, in the same order.
DROP INDEX "pathway_worker_idx";
CREATE INDEX "pathway_worker_idx"
  ON "pathway"("force_id", "worker_id", (LEAST("next_due_at", "late_since", 'infinity'::timestamptz)), "id")
  WHERE "worker_id" IS NOT NULL;

DROP INDEX "pathway_working_idx";
CREATE INDEX "pathway_working_idx"
  ON "pathway"("force_id", "provider_id", (LEAST("next_due_at", "late_since", 'infinity'::timestamptz)), "id")
  INCLUDE ("kind", "stage", "worker_id", "closed_at")
  WHERE "closed_at" IS NULL OR "stage" = 'concluded';

DROP INDEX "pathway_attention_idx";
CREATE INDEX "pathway_attention_idx"
  ON "pathway"("force_id", "provider_id", (LEAST("next_due_at", "late_since", 'infinity'::timestamptz)), "id")
  INCLUDE ("kind", "stage")
  WHERE "attention" <> '[]';

-- As before, with the column.
-- Writes the events of one command after p_seq, and everything that follows from them: the pathway row, its turns, its
-- arrest tasks, its messages. The caller holds the pathway row and has looked for the command. Answers the new head.
CREATE OR REPLACE FUNCTION llwybr_record(
  p_force text, p_pathway uuid, p_seq integer, p_hash bytea, p_entry jsonb, p_build text
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_actor constant jsonb := p_entry->'actor';
  v_summary constant jsonb := p_entry->'summary';
  v_closed_at constant timestamptz := (v_summary->>'closedAt')::timestamptz;
  v_now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
  v_events constant integer := coalesce(jsonb_array_length(p_entry->'events'), 0);
  v_tasks constant integer := coalesce(jsonb_array_length(v_summary->'tasks'), 0);
  v_event event%ROWTYPE;
  v_before record;
  v_item jsonb;
  v_count integer;
BEGIN
  IF v_actor->>'forceId' IS DISTINCT FROM p_force THEN
    RAISE EXCEPTION 'The actor belongs to another force' USING ERRCODE = 'LW002';
  END IF;
  IF v_events = 0 THEN
    RAISE EXCEPTION 'Nothing to record' USING ERRCODE = 'LW004';
  END IF;

  v_event.force_id := p_force;
  v_event.pathway_id := p_pathway;
  v_event.seq := p_seq;
  v_event.hash := p_hash;
  v_event.command_id := p_entry->>'commandId';
  v_event.actor_id := v_actor->>'userId';
  v_event.actor_role := v_actor->>'role';
  v_event.organisation_id := v_actor->>'organisationId';
  v_event.policy_version := (p_entry->>'policyVersion')::integer;
  v_event.build := p_build;
  v_event.recorded_at := v_now;
  v_event.transaction_id := pg_current_xact_id();
  FOR v_index IN 0 .. v_events - 1 LOOP
    v_item := p_entry->'events'->v_index;
    v_event.seq := v_event.seq + 1;
    v_event.command_index := v_index;
    v_event.type := v_item->>'type';
    v_event.version := (v_item->>'version')::integer;
    v_event.occurred_at := (v_item->>'occurredAt')::timestamptz;
    v_event.data := coalesce(v_item->'data', 'null');
    v_event.effects := v_item - '{type,version,occurredAt,data}'::text[];
    v_event.previous_hash := v_event.hash;
    v_event.hash := llwybr_event_hash(v_event);
    INSERT INTO event VALUES (v_event.*);
  END LOOP;

  SELECT head_seq, received_at, closed_at INTO v_before FROM pathway WHERE force_id = p_force AND id = p_pathway;
  UPDATE pathway SET
    head_seq = v_event.seq,
    head_hash = v_event.hash,
    stage = v_summary->>'stage',
    closed_at = v_closed_at,
    closure_reason = v_summary->>'closureReason',
    next_due_at = (v_summary#>>'{nextDeadline,due}')::timestamptz,
    next_due_rule = v_summary#>>'{nextDeadline,rule}',
    needs_run = (v_summary->>'needsRun')::boolean,
    provider_id = v_summary->>'providerId',
    worker_id = v_summary->>'workerId',
    offered_to = v_summary->>'offeredTo',
    attention = v_summary->'attention',
    late_since = CASE WHEN v_summary ? 'lateSince' THEN (v_summary->>'lateSince')::timestamptz
      ELSE llwybr_late_since(v_summary->'attention') END,
    summary = v_summary,
    updated_at = v_now
  WHERE force_id = p_force AND id = p_pathway;

  -- The later seq has the last word about a date, so a closing that was given another date reads right on both.
  IF v_before.head_seq = 0 THEN
    INSERT INTO pathway_turn (force_id, pathway_id, seq, at, closed)
      VALUES (p_force, p_pathway, v_event.seq, v_before.received_at, false);
  ELSIF v_before.closed_at IS NOT NULL AND v_closed_at IS NULL THEN
    INSERT INTO pathway_turn (force_id, pathway_id, seq, at, closed)
      VALUES (p_force, p_pathway, v_event.seq, v_event.occurred_at, false);
  ELSIF v_before.closed_at < v_closed_at THEN
    INSERT INTO pathway_turn (force_id, pathway_id, seq, at, closed)
      VALUES (p_force, p_pathway, v_event.seq, v_before.closed_at, false);
  END IF;
  IF v_closed_at IS NOT NULL AND v_closed_at IS DISTINCT FROM v_before.closed_at THEN
    INSERT INTO pathway_turn (force_id, pathway_id, seq, at, closed)
      VALUES (p_force, p_pathway, v_event.seq, v_closed_at, true)
      ON CONFLICT (force_id, pathway_id, seq, at) DO UPDATE SET closed = true;
  END IF;

  IF v_tasks > 0 THEN
    INSERT INTO arrest_task (force_id, id, pathway_id, breach_id, unit_code, marker, status, issued_at, seq)
      SELECT p_force, t->>'taskId', p_pathway, t->>'breachId', t->>'unitCode', t->>'marker', t->>'status',
        (t->>'issuedAt')::timestamptz, v_event.seq
      FROM jsonb_array_elements(v_summary->'tasks') t
      ON CONFLICT (force_id, id) DO UPDATE SET
        breach_id = excluded.breach_id, unit_code = excluded.unit_code, marker = excluded.marker,
        status = excluded.status, issued_at = excluded.issued_at, seq = excluded.seq
      WHERE arrest_task.pathway_id = excluded.pathway_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> v_tasks THEN
      RAISE EXCEPTION 'An arrest task belongs to another pathway' USING ERRCODE = 'LW003';
    END IF;
  END IF;

  IF coalesce(jsonb_array_length(p_entry->'intents'), 0) > 0 THEN
    INSERT INTO message (force_id, id, pathway_id, seq, command_id, purpose, channel, appointment_id, urgency,
        not_before, expires_at, status, planned_at, updated_at)
      SELECT p_force, gen_random_uuid(), p_pathway, v_event.seq, v_event.command_id, i->>'purpose', i->>'channel',
        i->>'appointmentId', (i->>'urgency')::integer, (i->>'notBefore')::timestamptz,
        (i->>'expiresAt')::timestamptz, 'planned', v_now, v_now
      FROM jsonb_array_elements(p_entry->'intents') i
      ON CONFLICT (force_id, pathway_id, command_id, purpose, channel, appointment_id) DO NOTHING;
  END IF;
  RETURN v_event.seq;
END
$$;
