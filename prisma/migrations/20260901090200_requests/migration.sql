-- Whether what a request asked for is recorded: a command of a pathway, its opening, a drug test or a safety fact.
CREATE FUNCTION llwybr_is_recorded(p_force text, p_route text, p_command uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
      SELECT FROM event e
      WHERE e.force_id = p_force AND e.command_id = p_command::text
        AND e.pathway_id = (regexp_match(p_route,
          '^POST /api/v1/pathways/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/commands/'))[1]::uuid)
    OR EXISTS (SELECT FROM pathway p WHERE p.force_id = p_force AND p.opening_command_id = p_command::text)
    OR EXISTS (SELECT FROM drug_test t WHERE t.force_id = p_force AND t.command_id = p_command::text)
    OR EXISTS (SELECT FROM person_fact f WHERE f.force_id = p_force AND f.request_id = p_command::text)
$$;

-- One Idempotency-Key. Exactly one caller is told `fresh`; who asks again gets the first answer, or takes over the same
-- command once the first one's lease has run out (its process died). Who is only slow may still keep its refusal after
-- another one has taken over and been recorded: a refusal of what is recorded is not given again, the command is resumed.
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
  IF v_there.state = 'answered' AND v_there.status >= 400
    AND llwybr_is_recorded(p_force, v_there.route, v_there.command_id) THEN
    UPDATE request SET state = 'running', lease_until = v_now + p_lease, status = NULL, body = NULL, answered_at = NULL
      WHERE force_id = p_force AND caller = p_caller AND key = p_key;
    RETURN jsonb_build_object('state', 'fresh', 'commandId', v_there.command_id, 'resumed', true);
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
