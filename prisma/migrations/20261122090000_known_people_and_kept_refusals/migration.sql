-- A number that was replaced by one given later. Encrypted at the place of the person's own number, from which it came.
CREATE TABLE "former_number" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "mobile" TEXT NOT NULL,
    "safe_to_text" TEXT,
    "given_at" TIMESTAMPTZ(3),
    "replaced_at" TIMESTAMPTZ(3) NOT NULL,
    "command_id" TEXT NOT NULL,

    CONSTRAINT "former_number_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "former_number_safe_to_text_check" CHECK ("safe_to_text" IN ('yes', 'no'))
);

-- CreateIndex
CREATE INDEX "former_number_force_id_person_id_idx" ON "former_number"("force_id", "person_id");

-- AddForeignKey
ALTER TABLE "former_number" ADD CONSTRAINT "former_number_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- When the person first gave the number in use, and when last: at the outcome or test with which it came. Of numbers that
-- were there before this was kept, the latest referral or test of the person is the nearest to it.
ALTER TABLE "person" ADD COLUMN "mobile_given_at" TIMESTAMPTZ(3), ADD COLUMN "mobile_given_again_at" TIMESTAMPTZ(3);
UPDATE person SET mobile_given_at = p.at, mobile_given_again_at = p.at
  FROM (SELECT force_id, person_id, max(received_at) AS at FROM pathway GROUP BY force_id, person_id) p
  WHERE p.force_id = person.force_id AND p.person_id = person.id AND person.mobile IS NOT NULL;

-- Messages that are still owed, few among all that were ever sent: the sweep looks at them every half minute.
CREATE INDEX "message_owed_idx" ON "message"("not_before") WHERE "status" IN ('planned', 'sending');

-- The routes of a preset are named by the local day on which they begin. Those that begin at a midnight of summer time
-- were named by the day of UTC, the one before, and would be loaded a second time under their new name. What the ledger
-- says of a route stays as it was said; a force's own routes keep their names.
UPDATE route r
   SET id = replace(r.id, to_char(r.valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
                    to_char(r.valid_from AT TIME ZONE 'Europe/London', 'YYYY-MM-DD'))
 WHERE r.id = (CASE r.postcode_area WHEN '*' THEN 'others' ELSE lower(r.postcode_area) END) || '-' || r.provider_id || '-'
              || to_char(r.valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD')
   AND (r.valid_from AT TIME ZONE 'UTC')::date <> (r.valid_from AT TIME ZONE 'Europe/London')::date;

-- Intake ------------------------------------------------------------------------------------------------------------

-- "Not safe to text" binds whoever said it last, also where nothing new is opened; "safe" lifts nothing by itself.
CREATE FUNCTION llwybr_keep_from_texts(p_force text, p_person uuid, p_said text) RETURNS void LANGUAGE sql AS $$
  UPDATE person SET safe_to_text = 'no', updated_at = clock_timestamp()
    WHERE force_id = p_force AND id = p_person AND p_said = 'no' AND safe_to_text IS DISTINCT FROM 'no'
$$;

-- Person, pathway, opening events, the identity of the outcome and the wish to run, all or nothing. Locks are taken in
-- one order (command, outcome, test, nominal, name, pathway), so that two intakes never wait for each other in a ring.
-- `person.id` is a fresh one, or that of the person whom the caller saw under this nominal number; LW005 says that somebody
-- else has it, made meanwhile: nothing was done, and the caller looks again whether they are the same human being.
CREATE OR REPLACE FUNCTION llwybr_open_pathway(p_intake jsonb, p_build text) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_force constant text := p_intake->>'forceId';
  v_pathway constant uuid := (p_intake->>'pathwayId')::uuid;
  v_command constant text := p_intake#>>'{entry,commandId}';
  v_outcome constant jsonb := nullif(p_intake->'outcome', 'null');
  v_test constant jsonb := nullif(p_intake->'drugTest', 'null');
  v_new constant jsonb := p_intake->'person';
  v_mobile_index constant text := v_new->>'mobileIndex';
  v_now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
  v_entry constant jsonb := p_intake->'entry';
  v_person constant uuid := (v_new->>'id')::uuid;
  v_received_at constant timestamptz := (p_intake->>'receivedAt')::timestamptz;
  v_given_at constant timestamptz := CASE WHEN v_new->>'mobile' IS NOT NULL THEN v_received_at END;
  v_known person%ROWTYPE;
  v_person_created boolean;
  v_same_mobile boolean := true;
  v_given boolean;
  v_mobile_taken boolean := false;
  v_matches integer := 0;
  v_head integer;
  v_there record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('open:' || v_force || ':' || v_command, 0));
  SELECT p.id, p.person_id, p.reference, p.head_seq, q.mobile_index INTO v_there
    FROM pathway p JOIN person q ON q.force_id = p.force_id AND q.id = p.person_id
    WHERE p.force_id = v_force AND p.opening_command_id = v_command;
  IF FOUND THEN
    PERFORM llwybr_keep_from_texts(v_force, v_there.person_id, v_new->>'safeToText');
    RETURN jsonb_build_object('created', false, 'because', 'command', 'pathwayId', v_there.id, 'personId',
      v_there.person_id, 'reference', v_there.reference, 'head', v_there.head_seq,
      'sameMobile', coalesce(v_there.mobile_index = v_mobile_index, v_mobile_index IS NULL));
  END IF;

  IF v_outcome IS NOT NULL THEN
    INSERT INTO outcome (force_id, identity_hash, name_hash, birth_date_hash, pathway_id)
      VALUES (v_force, v_outcome->>'identityHash', v_outcome->>'nameHash', v_outcome->>'birthDateHash', v_pathway)
      ON CONFLICT (force_id, identity_hash) DO NOTHING;
    IF NOT FOUND THEN
      SELECT p.id, p.person_id, p.reference, p.head_seq,
          o.name_hash = v_outcome->>'nameHash' AS same_name, o.birth_date_hash = v_outcome->>'birthDateHash' AS same_birth,
          q.mobile_index
        INTO v_there
        FROM outcome o
        JOIN pathway p ON p.force_id = o.force_id AND p.id = o.pathway_id
        JOIN person q ON q.force_id = p.force_id AND q.id = p.person_id
        WHERE o.force_id = v_force AND o.identity_hash = v_outcome->>'identityHash';
      -- Under another name and another birth date it is somebody else.
      IF v_there.same_name OR v_there.same_birth THEN
        PERFORM llwybr_keep_from_texts(v_force, v_there.person_id, v_new->>'safeToText');
      END IF;
      RETURN jsonb_build_object('created', false, 'because', 'outcome', 'pathwayId', v_there.id, 'personId',
        v_there.person_id, 'reference', v_there.reference, 'head', v_there.head_seq,
        'sameName', v_there.same_name, 'sameBirthDate', v_there.same_birth,
        'sameMobile', coalesce(v_there.mobile_index = v_mobile_index, v_mobile_index IS NULL));
    END IF;
  END IF;

  -- Nobody is tested twice at one moment: it is the same test, sent again under another key.
  IF v_test IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('test:' || v_force || ':' || (v_test->>'testedAt'), 0));
    SELECT p.id, p.person_id, p.reference, p.head_seq,
        t.suite_code = v_test->>'suiteCode' AND t.details = v_test->'details' AS same_test,
        q.mobile_index
      INTO v_there
      FROM drug_test t
      JOIN pathway p ON p.force_id = t.force_id AND p.id = t.pathway_id
      JOIN person q ON q.force_id = p.force_id AND q.id = p.person_id
      WHERE t.force_id = v_force AND t.tested_at = (v_test->>'testedAt')::timestamptz
        AND (q.nominal_index = v_new->>'nominalIndex'
          OR (q.nominal_index IS NULL OR v_new->>'nominalIndex' IS NULL) AND q.name_dob_index = v_new->>'nameDobIndex')
      ORDER BY p.created_at, p.id LIMIT 1;
    IF FOUND THEN
      PERFORM llwybr_keep_from_texts(v_force, v_there.person_id, v_new->>'safeToText');
      RETURN jsonb_build_object('created', false, 'because', 'test', 'pathwayId', v_there.id, 'personId',
        v_there.person_id, 'reference', v_there.reference, 'head', v_there.head_seq, 'sameTest', v_there.same_test,
        'sameMobile', coalesce(v_there.mobile_index = v_mobile_index, v_mobile_index IS NULL));
    END IF;
  END IF;

  INSERT INTO person (force_id, id, nominal, nominal_index, name_dob_index, mobile_index, surname, forenames,
      birth_date, address, postcode, mobile, email, sex, ethnicity, language, safe_to_text, mobile_given_at,
      mobile_given_again_at, created_at, updated_at)
    VALUES (v_force, v_person, v_new->>'nominal', v_new->>'nominalIndex', v_new->>'nameDobIndex', v_new->>'mobileIndex',
      v_new->>'surname', v_new->>'forenames', v_new->>'birthDate', v_new->>'address', v_new->>'postcode',
      v_new->>'mobile', v_new->>'email', v_new->>'sex', v_new->>'ethnicity', v_new->>'language', v_new->>'safeToText',
      v_given_at, v_given_at, v_now, v_now)
    ON CONFLICT DO NOTHING;
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
    SELECT * INTO v_known FROM person WHERE force_id = v_force AND nominal_index = v_new->>'nominalIndex' FOR NO KEY UPDATE;
    IF v_known.id IS DISTINCT FROM v_person THEN
      RAISE EXCEPTION 'Another person was made under this number meanwhile' USING ERRCODE = 'LW005';
    END IF;
    v_same_mobile := coalesce(v_known.mobile_index = v_mobile_index, v_mobile_index IS NULL);
    -- The number given last is the one to use, with what was said of it: "safe" was said of the other number.
    -- One given by somebody of another name or birth date, be it by a slip, changes nothing.
    v_given := v_mobile_index IS NOT NULL AND v_known.name_dob_index = v_new->>'nameDobIndex'
      AND v_received_at > coalesce(v_known.mobile_given_again_at, '-infinity');
    v_mobile_taken := v_given AND NOT v_same_mobile;
    IF v_mobile_taken AND v_known.mobile IS NOT NULL THEN
      INSERT INTO former_number (force_id, id, person_id, mobile, safe_to_text, given_at, replaced_at, command_id)
        VALUES (v_force, gen_random_uuid(), v_person, v_known.mobile, v_known.safe_to_text, v_known.mobile_given_at, v_now,
          v_command);
    END IF;
    IF v_given THEN
      UPDATE person SET
          mobile = CASE WHEN v_mobile_taken THEN v_new->>'mobile' ELSE mobile END,
          mobile_index = v_mobile_index,
          -- Two days: a number given again is no newer, and one that was found to be wrong stays so.
          mobile_given_at = CASE WHEN v_mobile_taken THEN v_received_at ELSE mobile_given_at END,
          mobile_given_again_at = v_received_at,
          safe_to_text = CASE WHEN v_mobile_taken AND safe_to_text IS DISTINCT FROM 'no' THEN v_new->>'safeToText'
            ELSE safe_to_text END,
          updated_at = v_now
        WHERE force_id = v_force AND id = v_person;
    END IF;
    PERFORM llwybr_keep_from_texts(v_force, v_person, v_new->>'safeToText');
  END IF;

  -- The key to the person is held from here on: a fact recorded meanwhile waits and then finds this pathway.
  INSERT INTO pathway (force_id, id, kind, reference, person_id, source, programme, policy_id, policy_version,
      opening_command_id, received_at, created_at, updated_at, head_seq, head_hash, stage, needs_run, summary)
    VALUES (v_force, v_pathway, p_intake->>'kind', p_intake->>'reference', v_person, p_intake->>'source',
      p_intake->>'programme', p_intake->>'policyId', (v_entry->>'policyVersion')::integer, v_command,
      v_received_at, v_now, v_now, 0, llwybr_chain_start(), '', true, '{}');
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
    p_intake->>'reference', 'head', v_head, 'personCreated', v_person_created, 'possibleMatches', v_matches,
    'sameMobile', v_same_mobile OR v_mobile_taken);
END
$$;

-- Requests ----------------------------------------------------------------------------------------------------------

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
CREATE OR REPLACE FUNCTION llwybr_begin_request(
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
