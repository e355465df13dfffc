-- What became of a message its run reports once the delivery has ended. A run that is replaced or lost before that told nobody,
-- so the run after it asks again, until the report is in the ledger or it is clear that nobody need be told.
ALTER TABLE "message" ADD COLUMN "nobody_told_at" TIMESTAMPTZ(3);

-- Which skips nobody had to be told of was written down nowhere: an upgrade tells of none. What failed was told, or lost.
UPDATE "message" SET "nobody_told_at" = "settled_at"
 WHERE "settled_at" > clock_timestamp() - interval '36 hours'
   AND ("status" = 'skipped' OR "status" = 'failed' AND "reason" = 'refused-21610');

CREATE OR REPLACE FUNCTION llwybr_append(p_input jsonb, p_build text) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_force constant text := p_input->>'forceId';
  v_pathway constant uuid := (p_input->>'pathwayId')::uuid;
  v_expected constant integer := (p_input->>'expectedSeq')::integer;
  v_entry constant jsonb := nullif(p_input->'entry', 'null');
  -- A command that the rules refuse now is looked for all the same: it may have been taken before.
  v_commands constant text[] := array_remove(ARRAY[v_entry->>'commandId', p_input->>'lookFor'], NULL);
  v_head integer;
  v_hash bytea;
  v_recorded boolean := false;
  v_earlier jsonb := '[]';
  v_unreported jsonb := '[]';
BEGIN
  SELECT head_seq, head_hash INTO v_head, v_hash FROM pathway
    WHERE force_id = v_force AND id = v_pathway FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'No pathway % in force %', v_pathway, v_force USING ERRCODE = 'LW001';
  END IF;

  IF cardinality(v_commands) > 0 THEN
    SELECT count(*) > 0, coalesce(jsonb_agg(llwybr_stored_event(e) ORDER BY e.seq) FILTER (WHERE e.seq <= v_expected), '[]')
      INTO v_recorded, v_earlier
      FROM event e
      WHERE e.force_id = v_force AND e.pathway_id = v_pathway AND e.command_id = ANY (v_commands);
    IF v_entry IS NOT NULL AND NOT v_recorded AND v_head = v_expected THEN
      v_head := llwybr_record(v_force, v_pathway, v_head, v_hash, v_entry, p_build);
      v_recorded := true;
    END IF;
    -- A report of a delivery that the rules refuse, by a run that stands where the ledger does, was heard: there is nobody to tell.
    IF v_entry IS NULL AND NOT v_recorded AND v_head = v_expected AND p_input->>'lookFor' LIKE 'delivery:%' THEN
      UPDATE message m SET nobody_told_at = clock_timestamp()
       WHERE m.force_id = v_force AND m.pathway_id = v_pathway AND 'delivery:' || m.id = p_input->>'lookFor'
         AND m.settled_at IS NOT NULL AND m.nobody_told_at IS NULL;
    END IF;
  ELSE
    -- The run that delivered it may be gone with what it was to report. What is settled is not sent again: whoever asks for it
    -- is given its outcome. An access code that came is among it, since there may be no text that tells it.
    SELECT coalesce(jsonb_agg(jsonb_build_object('intentId', m.id, 'urgency', m.urgency, 'purpose', m.purpose)
        ORDER BY m.urgency, m.settled_at, m.id), '[]')
      INTO v_unreported
      FROM message m
      WHERE m.force_id = v_force AND m.pathway_id = v_pathway
        AND (m.status IN ('failed', 'unknown', 'skipped') OR m.status = 'sent' AND m.channel = 'programme')
        -- No delivery lasts longer (workflows/engine/deliveries.ts).
        AND m.settled_at > clock_timestamp() - interval '36 hours'
        AND m.nobody_told_at IS NULL
        -- What the gateway found out later is carried by itself.
        AND m.failure_reported_at IS NULL
        -- It was for somebody else.
        AND m.seq > coalesce(llwybr_reassigned_at(v_force, v_pathway), 0)
        AND NOT EXISTS (SELECT FROM event e
          WHERE e.force_id = v_force AND e.pathway_id = v_pathway AND e.command_id = 'delivery:' || m.id);
  END IF;

  RETURN jsonb_build_object(
    'head', v_head,
    'recorded', v_recorded,
    'events', coalesce((
      SELECT jsonb_agg(llwybr_stored_event(e) ORDER BY e.seq) FROM event e
      WHERE e.force_id = v_force AND e.pathway_id = v_pathway AND e.seq > v_expected), '[]'),
    'earlier', v_earlier,
    -- Who only asks gets all that is owed, and then what was not reported: a run that continues another one has no list of its own.
    'openIntents', coalesce((
      SELECT jsonb_agg(jsonb_build_object('intentId', m.id, 'urgency', m.urgency, 'purpose', m.purpose)
        ORDER BY m.urgency, m.not_before, m.id)
      FROM message m
      WHERE m.force_id = v_force AND m.pathway_id = v_pathway AND m.status IN ('planned', 'sending')
        AND (cardinality(v_commands) = 0 OR m.seq > v_expected)), '[]') || v_unreported);
END
$$;
