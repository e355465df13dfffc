-- What the ledger guarantees by itself: codes, the chain of hashes, append and intake in one round trip, and rows that
-- nobody can change. Errors of our own have SQLSTATEs of class LW; store/ledger.ts and store/intake.ts name them.

-- Codes ---------------------------------------------------------------------------------------------------------------

ALTER TABLE organisation ADD CONSTRAINT organisation_kind_check
  CHECK (kind IN ('provider', 'force-unit', 'neighbourhood-unit', 'custody-suite', 'programme-team', 'prison'));
ALTER TABLE route ADD CONSTRAINT route_postcode_area_check CHECK (postcode_area = '*' OR postcode_area ~ '^[A-Z]{1,2}$');
ALTER TABLE route ADD CONSTRAINT route_dates_check CHECK (valid_until IS NULL OR valid_until > valid_from);
ALTER TABLE policy ADD CONSTRAINT policy_duty_check CHECK (duty IN ('diversion', 'compulsory'));
ALTER TABLE policy ADD CONSTRAINT policy_version_check CHECK (version >= 1);
ALTER TABLE person ADD CONSTRAINT person_sex_check CHECK (sex IN ('M', 'F', 'U'));
ALTER TABLE person ADD CONSTRAINT person_language_check CHECK (language IN ('en', 'cy'));
ALTER TABLE person ADD CONSTRAINT person_safe_to_text_check CHECK (safe_to_text IN ('yes', 'no'));
ALTER TABLE person_fact ADD CONSTRAINT person_fact_kind_check CHECK (kind IN ('death', 'stop-texts', 'task-withdrawn'));
ALTER TABLE person_fact ADD CONSTRAINT person_fact_task_check CHECK ((kind = 'task-withdrawn') = (task_id IS NOT NULL));
ALTER TABLE pathway ADD CONSTRAINT pathway_kind_check CHECK (kind IN ('diversion', 'compulsory'));
ALTER TABLE event ADD CONSTRAINT event_numbers_check CHECK (seq >= 1 AND version >= 1 AND command_index >= 0);
ALTER TABLE event ADD CONSTRAINT event_hash_check CHECK (length(hash) = 32 AND length(previous_hash) = 32);
ALTER TABLE arrest_task ADD CONSTRAINT arrest_task_marker_check CHECK (marker IN ('RED', 'AMBER', 'GREEN'));
ALTER TABLE message ADD CONSTRAINT message_channel_check CHECK (channel IN ('sms'));
ALTER TABLE message ADD CONSTRAINT message_urgency_check CHECK (urgency BETWEEN 1 AND 5);
ALTER TABLE message ADD CONSTRAINT message_status_check CHECK (
  status IN ('planned', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'cancelled', 'skipped'));
ALTER TABLE message ADD CONSTRAINT message_claim_check CHECK (status <> 'sending' OR (claim_id IS NOT NULL AND claimed_at IS NOT NULL));
ALTER TABLE message ADD CONSTRAINT message_reason_check CHECK (status NOT IN ('skipped', 'cancelled') OR reason IS NOT NULL);
ALTER TABLE request ADD CONSTRAINT request_state_check CHECK (
  state = 'running' OR (state = 'answered' AND status IS NOT NULL AND answered_at IS NOT NULL));
ALTER TABLE outcome_count ADD CONSTRAINT outcome_count_month_check CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$');
ALTER TABLE outcome_count ADD CONSTRAINT outcome_count_count_check CHECK (count >= 1);
ALTER TABLE import_record ADD CONSTRAINT import_record_state_check CHECK (state IN ('running', 'done', 'refused'));
ALTER TABLE drug_test ADD CONSTRAINT drug_test_result_check CHECK (result IN ('positive', 'negative', 'refused', 'void'));
ALTER TABLE drug_test ADD CONSTRAINT drug_test_pathway_check CHECK (pathway_id IS NULL OR result = 'positive');

-- Rows that stay as they are ------------------------------------------------------------------------------------------

CREATE FUNCTION llwybr_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are never changed or deleted (%)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'LW010';
END
$$;

CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER event_table_stays BEFORE TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER policy_stays BEFORE UPDATE OR DELETE ON policy
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER policy_table_stays BEFORE TRUNCATE ON policy
  FOR EACH STATEMENT EXECUTE FUNCTION llwybr_forbid_change();
-- Of a safety fact only what tells whether it was carried may move.
CREATE TRIGGER person_fact_stays
  BEFORE DELETE OR UPDATE OF force_id, id, person_id, kind, task_id, reason, occurred_at, recorded_at, request_id,
    actor_id, actor_role, organisation_id ON person_fact
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();

-- The chain -----------------------------------------------------------------------------------------------------------

-- The one spelling of an instant (workflows/domain/common/instant.ts).
CREATE FUNCTION llwybr_instant(p_at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- sha256 over the hash before and the row in canonical form: a JSON array of every column in this order, as jsonb
-- prints it (keys by length, then by bytes; numbers as decimals; one space after ':' and ','). The transaction id is
-- left out, since it means nothing in another database.
CREATE FUNCTION llwybr_event_hash(e event) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256((e).previous_hash || convert_to(jsonb_build_array(
  (e).force_id, (e).pathway_id, (e).seq, (e).type, (e).version, (e).data, (e).effects,
  llwybr_instant((e).occurred_at), llwybr_instant((e).recorded_at), (e).command_id, (e).command_index,
  (e).actor_id, (e).actor_role, (e).organisation_id, (e).policy_version, (e).build)::text, 'UTF8'));

-- What the first event of a pathway is chained to.
CREATE FUNCTION llwybr_chain_start() RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '\x0000000000000000000000000000000000000000000000000000000000000000'::bytea;

-- The place of the first row that is not what was recorded there: flipped, dropped, swapped or inserted; null when all
-- is well. The end of the chain stands on the pathway row.
CREATE FUNCTION llwybr_broken_at(p_force text, p_pathway uuid) RETURNS integer LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH chain AS (
    SELECT e.seq, e.hash, e.previous_hash,
      row_number() OVER by_seq AS place,
      lag(e.hash, 1, llwybr_chain_start()) OVER by_seq AS hash_before,
      llwybr_event_hash(e) AS hash_now
    FROM event e
    WHERE e.force_id = p_force AND e.pathway_id = p_pathway
    WINDOW by_seq AS (ORDER BY e.seq)
  ), ends AS (
    SELECT p.head_seq, p.head_hash, (SELECT count(*) FROM chain) AS length,
      coalesce((SELECT hash FROM chain ORDER BY seq DESC LIMIT 1), llwybr_chain_start()) AS last_hash
    FROM pathway p
    WHERE p.force_id = p_force AND p.id = p_pathway
  )
  SELECT coalesce(
    (SELECT min(place) FROM chain WHERE seq <> place OR previous_hash <> hash_before OR hash <> hash_now),
    (SELECT CASE
        WHEN length < head_seq THEN length + 1
        WHEN length > head_seq THEN head_seq + 1
        WHEN last_hash <> head_hash THEN greatest(length, 1)
      END FROM ends)
  )::integer;
END;

CREATE FUNCTION llwybr_stored_event(e event) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
RETURN (e).effects || jsonb_build_object(
  'seq', (e).seq, 'type', (e).type, 'version', (e).version, 'data', (e).data,
  'occurredAt', llwybr_instant((e).occurred_at), 'recordedAt', llwybr_instant((e).recorded_at),
  'commandId', (e).command_id,
  'actor', jsonb_build_object('userId', (e).actor_id, 'role', (e).actor_role,
    'organisationId', (e).organisation_id, 'forceId', (e).force_id));

-- Recording -----------------------------------------------------------------------------------------------------------

-- Writes the events of one command after p_seq, and everything that follows from them: the pathway row, its turns, its
-- arrest tasks, its messages. The caller holds the pathway row and has looked for the command. Answers the new head.
CREATE FUNCTION llwybr_record(
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
    attention = v_summary->'attention',
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

-- AppendInput -> AppendResult (workflows/contract/envelope.ts). Its statements each see a fresh snapshot once the row is
-- held, so a caller that waited for another one's append returns that one's events.
-- Every statement goes by key, so one plan is as good as another; planning anew at each call took half of its time.
CREATE FUNCTION llwybr_append(p_input jsonb, p_build text) RETURNS jsonb LANGUAGE plpgsql
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
      SELECT jsonb_agg(jsonb_build_object('intentId', m.id, 'urgency', m.urgency) ORDER BY m.urgency, m.not_before, m.id)
      FROM message m
      WHERE m.force_id = v_force AND m.pathway_id = v_pathway AND m.status IN ('planned', 'sending')
        AND (cardinality(v_commands) = 0 OR m.seq > v_expected)), '[]'));
END
$$;

-- Intake --------------------------------------------------------------------------------------------------------------

-- Person, pathway, opening events, the identity of the outcome and the wish to run, all or nothing. Locks are taken in
-- one order (command, outcome, nominal, name, pathway), so that two intakes never wait for each other in a ring.
CREATE FUNCTION llwybr_open_pathway(p_intake jsonb, p_build text) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_force constant text := p_intake->>'forceId';
  v_pathway constant uuid := (p_intake->>'pathwayId')::uuid;
  v_command constant text := p_intake#>>'{entry,commandId}';
  v_outcome constant jsonb := nullif(p_intake->'outcome', 'null');
  v_test constant jsonb := nullif(p_intake->'drugTest', 'null');
  v_new constant jsonb := p_intake->'person';
  v_now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
  v_entry jsonb := p_intake->'entry';
  v_person uuid := (v_new->>'id')::uuid;
  v_person_created boolean;
  v_matches integer := 0;
  v_head integer;
  v_there record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('open:' || v_force || ':' || v_command, 0));
  SELECT id, person_id, reference, head_seq INTO v_there FROM pathway
    WHERE force_id = v_force AND opening_command_id = v_command;
  IF FOUND THEN
    RETURN jsonb_build_object('created', false, 'because', 'command', 'pathwayId', v_there.id, 'personId',
      v_there.person_id, 'reference', v_there.reference, 'head', v_there.head_seq);
  END IF;

  IF v_outcome IS NOT NULL THEN
    INSERT INTO outcome (force_id, identity_hash, name_hash, birth_date_hash, pathway_id)
      VALUES (v_force, v_outcome->>'identityHash', v_outcome->>'nameHash', v_outcome->>'birthDateHash', v_pathway)
      ON CONFLICT (force_id, identity_hash) DO NOTHING;
    IF NOT FOUND THEN
      SELECT p.id, p.person_id, p.reference, p.head_seq,
          o.name_hash = v_outcome->>'nameHash' AS same_name, o.birth_date_hash = v_outcome->>'birthDateHash' AS same_birth
        INTO v_there
        FROM outcome o JOIN pathway p ON p.force_id = o.force_id AND p.id = o.pathway_id
        WHERE o.force_id = v_force AND o.identity_hash = v_outcome->>'identityHash';
      RETURN jsonb_build_object('created', false, 'because', 'outcome', 'pathwayId', v_there.id, 'personId',
        v_there.person_id, 'reference', v_there.reference, 'head', v_there.head_seq,
        'sameName', v_there.same_name, 'sameBirthDate', v_there.same_birth);
    END IF;
  END IF;

  INSERT INTO person (force_id, id, nominal, nominal_index, name_dob_index, mobile_index, surname, forenames,
      birth_date, address, postcode, mobile, email, sex, ethnicity, language, safe_to_text, created_at, updated_at)
    VALUES (v_force, v_person, v_new->>'nominal', v_new->>'nominalIndex', v_new->>'nameDobIndex', v_new->>'mobileIndex',
      v_new->>'surname', v_new->>'forenames', v_new->>'birthDate', v_new->>'address', v_new->>'postcode',
      v_new->>'mobile', v_new->>'email', v_new->>'sex', v_new->>'ethnicity', v_new->>'language', v_new->>'safeToText',
      v_now, v_now)
    ON CONFLICT (force_id, nominal_index) DO NOTHING;
  v_person_created := FOUND;
  IF v_person_created THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('name:' || v_force || ':' || (v_new->>'nameDobIndex'), 0));
    INSERT INTO person_possible_match (force_id, person_id, other_person_id, basis, found_at)
      SELECT v_force, v_person, p.id, 'name-and-birth-date', v_now FROM person p
      WHERE p.force_id = v_force AND p.name_dob_index = v_new->>'nameDobIndex' AND p.id <> v_person
      -- Nobody looks through more of them, and a made-up birth date may have thousands.
      ORDER BY p.created_at DESC LIMIT 20;
    GET DIAGNOSTICS v_matches = ROW_COUNT;
  ELSE
    SELECT id INTO v_person FROM person WHERE force_id = v_force AND nominal_index = v_new->>'nominalIndex';
    v_entry := jsonb_set(v_entry, '{events}', (
      SELECT jsonb_agg(CASE WHEN value#>>'{data,personId}' = v_new->>'id'
          THEN jsonb_set(value, '{data,personId}', to_jsonb(v_person)) ELSE value END ORDER BY ordinality)
      FROM jsonb_array_elements(v_entry->'events') WITH ORDINALITY));
  END IF;

  -- The key to the person is held from here on: a fact recorded meanwhile waits and then finds this pathway.
  INSERT INTO pathway (force_id, id, kind, reference, person_id, source, programme, policy_id, policy_version,
      opening_command_id, received_at, created_at, updated_at, head_seq, head_hash, stage, needs_run, summary)
    VALUES (v_force, v_pathway, p_intake->>'kind', p_intake->>'reference', v_person, p_intake->>'source',
      p_intake->>'programme', p_intake->>'policyId', (v_entry->>'policyVersion')::integer, v_command,
      (p_intake->>'receivedAt')::timestamptz, v_now, v_now, 0, llwybr_chain_start(), '', true, '{}');
  v_head := llwybr_record(v_force, v_pathway, 0, llwybr_chain_start(), v_entry, p_build);
  IF v_test IS NOT NULL THEN
    INSERT INTO drug_test (force_id, id, command_id, suite_code, tested_at, result, details, pathway_id)
      VALUES (v_force, (v_test->>'id')::uuid, v_command, v_test->>'suiteCode', (v_test->>'testedAt')::timestamptz,
        v_test->>'result', v_test->'details', v_pathway);
  END IF;
  IF NOT v_person_created THEN
    -- What is known about the person holds here too. It is carried again, which the other pathways already know; the
    -- count tells a carrying under way that it listed the pathways too early (store/person-facts.ts).
    UPDATE person_fact SET carried_at = NULL, carry_wanted = carry_wanted + 1
      WHERE force_id = v_force AND person_id = v_person AND kind <> 'task-withdrawn';
  END IF;

  RETURN jsonb_build_object('created', true, 'pathwayId', v_pathway, 'personId', v_person, 'reference',
    p_intake->>'reference', 'head', v_head, 'personCreated', v_person_created, 'possibleMatches', v_matches);
END
$$;

-- Requests ------------------------------------------------------------------------------------------------------------

-- One Idempotency-Key. Exactly one caller is told `fresh`; who asks again gets the first answer, or takes over the same
-- command once the first one's lease has run out (its process died).
CREATE FUNCTION llwybr_begin_request(
  p_force text, p_caller text, p_key text, p_route text, p_body_hash text, p_command uuid,
  p_lease interval, p_keep interval
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz := clock_timestamp();
  v_there request%ROWTYPE;
BEGIN
  INSERT INTO request (force_id, caller, key, route, body_hash, command_id, state, lease_until, created_at, expires_at)
    VALUES (p_force, p_caller, p_key, p_route, p_body_hash, p_command, 'running', v_now + p_lease, v_now, v_now + p_keep)
    ON CONFLICT (force_id, caller, key) DO NOTHING;
  IF FOUND THEN
    RETURN jsonb_build_object('state', 'fresh', 'commandId', p_command, 'resumed', false);
  END IF;
  SELECT * INTO v_there FROM request WHERE force_id = p_force AND caller = p_caller AND key = p_key FOR UPDATE;
  IF NOT FOUND THEN
    -- Expired and cleared away between the two statements.
    RETURN llwybr_begin_request(p_force, p_caller, p_key, p_route, p_body_hash, p_command, p_lease, p_keep);
  END IF;
  v_now := clock_timestamp();
  IF v_there.expires_at <= v_now THEN
    UPDATE request SET route = p_route, body_hash = p_body_hash, command_id = p_command, state = 'running',
        lease_until = v_now + p_lease, status = NULL, body = NULL, created_at = v_now, answered_at = NULL,
        expires_at = v_now + p_keep
      WHERE force_id = p_force AND caller = p_caller AND key = p_key;
    RETURN jsonb_build_object('state', 'fresh', 'commandId', p_command, 'resumed', false);
  END IF;
  IF v_there.route <> p_route OR v_there.body_hash <> p_body_hash THEN
    RETURN jsonb_build_object('state', 'different-body');
  END IF;
  IF v_there.state = 'answered' THEN
    RETURN jsonb_build_object('state', 'answered', 'commandId', v_there.command_id, 'status', v_there.status,
      'body', v_there.body, 'answeredAt', llwybr_instant(v_there.answered_at));
  END IF;
  IF v_there.lease_until <= v_now THEN
    UPDATE request SET lease_until = v_now + p_lease WHERE force_id = p_force AND caller = p_caller AND key = p_key;
    RETURN jsonb_build_object('state', 'fresh', 'commandId', v_there.command_id, 'resumed', true);
  END IF;
  RETURN jsonb_build_object('state', 'running', 'commandId', v_there.command_id,
    'since', llwybr_instant(v_there.created_at));
END
$$;
