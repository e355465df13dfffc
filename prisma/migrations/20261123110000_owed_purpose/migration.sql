-- What the ledger owes says what it was to tell, so that a delivery that is given up is told of rightly.
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
  END IF;

  RETURN jsonb_build_object(
    'head', v_head,
    'recorded', v_recorded,
    'events', coalesce((
      SELECT jsonb_agg(llwybr_stored_event(e) ORDER BY e.seq) FROM event e
      WHERE e.force_id = v_force AND e.pathway_id = v_pathway AND e.seq > v_expected), '[]'),
    'earlier', v_earlier,
    -- Who only asks gets all that is owed: a run that continues another one has no list of its own.
    'openIntents', coalesce((
      SELECT jsonb_agg(jsonb_build_object('intentId', m.id, 'urgency', m.urgency, 'purpose', m.purpose)
        ORDER BY m.urgency, m.not_before, m.id)
      FROM message m
      WHERE m.force_id = v_force AND m.pathway_id = v_pathway AND m.status IN ('planned', 'sending')
        AND (cardinality(v_commands) = 0 OR m.seq > v_expected)), '[]'));
END
$$;


-- A code that everybody who works with the case reads must not tell of texts on another path.
UPDATE "message" SET "reason" = 'not-today' WHERE "reason" = 'daily-limit';
