-- Which number a former one was, to know it when it comes back. Null: it was replaced before this was kept, and only who
-- has the keys can say (`npm run encrypt-again`); until then it counts as whichever keeps a stranger from a text.
ALTER TABLE "former_number" ADD COLUMN "mobile_index" TEXT;

-- A number that was there before its days were kept was given at the person's first referral or test, since nothing later
-- changed it: what was found of it between the first and the latest is true of it. The first number of a person is the one
-- in use, or where there are former ones the one that was replaced first.
UPDATE person SET mobile_given_at = p.at
  FROM (SELECT force_id, person_id, min(received_at) AS at FROM pathway GROUP BY force_id, person_id) p
  WHERE p.force_id = person.force_id AND p.person_id = person.id AND person.mobile IS NOT NULL
    AND person.mobile_given_at > p.at
    AND NOT EXISTS (SELECT FROM former_number f WHERE f.force_id = person.force_id AND f.person_id = person.id);
UPDATE former_number SET given_at = p.at
  FROM (SELECT force_id, person_id, min(received_at) AS at FROM pathway GROUP BY force_id, person_id) p
  WHERE p.force_id = former_number.force_id AND p.person_id = former_number.person_id AND former_number.given_at > p.at
    AND NOT EXISTS (
      SELECT FROM former_number f
      WHERE f.force_id = former_number.force_id AND f.person_id = former_number.person_id
        AND (f.replaced_at, f.id) < (former_number.replaced_at, former_number.id));

-- Person, pathway, opening events, the identity of the outcome and the wish to run, all or nothing. Locks are taken in
-- one order (command, outcome, test, nominal, name, pathway), so that two intakes never wait for each other in a ring.
-- `person.id` is a fresh one, or that of the person whom the caller saw under this nominal number. A caller that looks says
-- so by `person.seen`, and LW005 tells it that somebody else has the number, made meanwhile: nothing was done, and it looks
-- again whether they are the same human being. Builds that say nothing hand over a fresh id and mean whoever has the number.
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
  v_seen constant boolean := coalesce((v_new->>'seen')::boolean, false);
  v_textable constant boolean := coalesce((p_intake->>'mobileIsTextable')::boolean, true);
  v_entry jsonb := p_intake->'entry';
  v_person uuid := (v_new->>'id')::uuid;
  v_received_at constant timestamptz := (p_intake->>'receivedAt')::timestamptz;
  v_given_at constant timestamptz := CASE WHEN v_new->>'mobile' IS NOT NULL THEN v_received_at END;
  v_known person%ROWTYPE;
  v_sealed_here boolean;
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
    v_sealed_here := v_known.id IS NOT DISTINCT FROM v_person;
    IF NOT v_sealed_here THEN
      IF v_seen OR v_known.id IS NULL THEN
        RAISE EXCEPTION 'Another person was made under this number meanwhile' USING ERRCODE = 'LW005';
      END IF;
      v_person := v_known.id;
      v_entry := jsonb_set(v_entry, '{events}', (
        SELECT jsonb_agg(CASE WHEN value#>>'{data,personId}' = v_new->>'id'
            THEN jsonb_set(value, '{data,personId}', to_jsonb(v_person)) ELSE value END ORDER BY ordinality)
        FROM jsonb_array_elements(v_entry->'events') WITH ORDINALITY));
    END IF;
    v_same_mobile := coalesce(v_known.mobile_index = v_mobile_index, v_mobile_index IS NULL);
    -- The number given last is the one to use, with what was said of it: "safe" was said of the other number.
    -- One given by somebody of another name or birth date, be it by a slip, changes nothing; nor does another one that
    -- cannot be texted, where there is one at all, or that is sealed to another place than this person's.
    v_given := v_mobile_index IS NOT NULL AND v_known.name_dob_index = v_new->>'nameDobIndex'
      AND v_received_at > coalesce(v_known.mobile_given_again_at, '-infinity')
      AND (v_same_mobile OR v_sealed_here AND (v_textable OR v_known.mobile IS NULL));
    v_mobile_taken := v_given AND NOT v_same_mobile;
    IF v_mobile_taken AND v_known.mobile IS NOT NULL THEN
      INSERT INTO former_number (force_id, id, person_id, mobile, mobile_index, safe_to_text, given_at, replaced_at,
          command_id)
        VALUES (v_force, gen_random_uuid(), v_person, v_known.mobile, v_known.mobile_index, v_known.safe_to_text,
          v_known.mobile_given_at, v_now, v_command);
    END IF;
    IF v_given THEN
      UPDATE person SET
          mobile = CASE WHEN v_mobile_taken THEN v_new->>'mobile' ELSE mobile END,
          mobile_index = v_mobile_index,
          -- Two days: a number given again is no newer, and one that was found to be wrong stays so. Of one that comes
          -- back after another, the former numbers know when it was given first (store/wrong-number.ts).
          mobile_given_at = CASE WHEN v_mobile_taken THEN v_received_at ELSE mobile_given_at END,
          mobile_given_again_at = v_received_at,
          -- Of the number in use nothing may have been said so far.
          safe_to_text = CASE WHEN v_mobile_taken AND safe_to_text IS DISTINCT FROM 'no' THEN v_new->>'safeToText'
            ELSE coalesce(safe_to_text, v_new->>'safeToText') END,
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
