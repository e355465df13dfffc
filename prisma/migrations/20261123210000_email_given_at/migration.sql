-- Since when a person has the e-mail address in use; null: since they were first entered. A yes to e-mails that was said
-- before is of another address, as it is of a number (safe_to_text), and what is not known is no.
ALTER TABLE "person" ADD COLUMN "email_given_at" TIMESTAMPTZ(3);

UPDATE person SET email_given_at = given.at
  FROM (SELECT a.force_id, a.person_id, max(e.recorded_at) AS at
      FROM amended_detail d
      JOIN amendment a ON a.force_id = d.force_id AND a.id = d.amendment_id
      JOIN event e ON e.force_id = a.force_id AND e.pathway_id = a.pathway_id AND e.seq = a.seq
      WHERE d.detail = 'email' GROUP BY a.force_id, a.person_id) given
  WHERE given.force_id = person.force_id AND given.person_id = person.id;

CREATE OR REPLACE FUNCTION llwybr_take_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_taken amendment%ROWTYPE;
  v_person person%ROWTYPE;
  v_referral referral_detail%ROWTYPE;
  v_opening jsonb;
  v_new jsonb;
  v_mobile_changes boolean;
BEGIN
  UPDATE amendment SET seq = NEW.seq
    WHERE force_id = NEW.force_id AND id = llwybr_request_id(NEW.command_id) AND pathway_id = NEW.pathway_id
      AND seq IS NULL
    RETURNING * INTO v_taken;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  -- Sealed for one person, the values cannot become another's: who is at it says whom they meant by sending it again.
  IF NOT EXISTS (SELECT FROM pathway
      WHERE force_id = v_taken.force_id AND id = v_taken.pathway_id AND person_id = v_taken.person_id) THEN
    RAISE EXCEPTION 'The pathway has become another person''s meanwhile' USING ERRCODE = 'LW006';
  END IF;
  SELECT * INTO STRICT v_person FROM person
    WHERE force_id = v_taken.force_id AND id = v_taken.person_id FOR NO KEY UPDATE;
  SELECT * INTO v_referral FROM referral_detail WHERE force_id = v_taken.force_id AND pathway_id = v_taken.pathway_id;
  SELECT data INTO v_opening FROM event WHERE force_id = v_taken.force_id AND pathway_id = v_taken.pathway_id AND seq = 1;
  SELECT jsonb_object_agg(detail, new_value) INTO v_new FROM amended_detail
    WHERE force_id = v_taken.force_id AND amendment_id = v_taken.id;

  UPDATE amended_detail SET old_value = CASE detail
      WHEN 'surname' THEN v_person.surname WHEN 'forenames' THEN v_person.forenames
      WHEN 'birthDate' THEN v_person.birth_date WHEN 'address' THEN v_person.address
      WHEN 'postcode' THEN v_person.postcode WHEN 'mobile' THEN v_person.mobile WHEN 'email' THEN v_person.email
      WHEN 'sex' THEN v_person.sex WHEN 'ethnicity' THEN v_person.ethnicity WHEN 'language' THEN v_person.language
      WHEN 'offenceCode' THEN coalesce(v_referral.offence_code, v_opening->>'offenceCode')
      WHEN 'offenceDate' THEN coalesce(v_referral.offence_date, v_opening->>'offenceDate')
      WHEN 'drugCode' THEN coalesce(v_referral.drug_code, v_opening->>'drugCode') END
    WHERE force_id = v_taken.force_id AND amendment_id = v_taken.id;

  v_mobile_changes := v_new ? 'mobile' AND v_taken.mobile_index IS DISTINCT FROM v_person.mobile_index;
  IF v_mobile_changes AND v_person.mobile IS NOT NULL THEN
    INSERT INTO former_number (force_id, id, person_id, mobile, safe_to_text, given_at, replaced_at, command_id)
      VALUES (v_person.force_id, gen_random_uuid(), v_person.id, v_person.mobile, v_person.safe_to_text,
        v_person.mobile_given_at, NEW.recorded_at, NEW.command_id);
  END IF;
  UPDATE person SET
      surname = coalesce(v_new->>'surname', surname),
      forenames = CASE WHEN v_new ? 'forenames' THEN v_new->>'forenames' ELSE forenames END,
      birth_date = coalesce(v_new->>'birthDate', birth_date),
      address = CASE WHEN v_new ? 'address' THEN v_new->>'address' ELSE address END,
      postcode = CASE WHEN v_new ? 'postcode' THEN v_new->>'postcode' ELSE postcode END,
      mobile = CASE WHEN v_new ? 'mobile' THEN v_new->>'mobile' ELSE mobile END,
      email = CASE WHEN v_new ? 'email' THEN v_new->>'email' ELSE email END,
      sex = CASE WHEN v_new ? 'sex' THEN v_new->>'sex' ELSE sex END,
      ethnicity = CASE WHEN v_new ? 'ethnicity' THEN v_new->>'ethnicity' ELSE ethnicity END,
      language = CASE WHEN v_new ? 'language' THEN v_new->>'language' ELSE language END,
      name_dob_index = coalesce(v_taken.name_dob_index, name_dob_index),
      mobile_index = CASE WHEN v_mobile_changes THEN v_taken.mobile_index ELSE mobile_index END,
      -- "Safe" was said of the other number; "not safe" was said of the person.
      safe_to_text = CASE WHEN v_mobile_changes AND safe_to_text IS DISTINCT FROM 'no' THEN NULL ELSE safe_to_text END,
      mobile_given_at = CASE WHEN v_mobile_changes
        THEN CASE WHEN v_taken.mobile_index IS NOT NULL THEN NEW.recorded_at END ELSE mobile_given_at END,
      mobile_given_again_at = CASE WHEN v_mobile_changes
        THEN CASE WHEN v_taken.mobile_index IS NOT NULL THEN NEW.recorded_at END ELSE mobile_given_again_at END,
      -- A yes to e-mails was said of the other address.
      email_given_at = CASE WHEN v_new ? 'email' THEN NEW.recorded_at ELSE email_given_at END,
      updated_at = NEW.recorded_at
    WHERE force_id = v_person.force_id AND id = v_person.id;
  IF v_taken.name_dob_index <> v_person.name_dob_index THEN
    INSERT INTO person_possible_match (force_id, person_id, other_person_id, basis, found_at)
      SELECT v_person.force_id, v_person.id, p.id, 'name-and-birth-date', NEW.recorded_at FROM person p
      WHERE p.force_id = v_person.force_id AND p.name_dob_index = v_taken.name_dob_index AND p.id <> v_person.id
        AND NOT EXISTS (SELECT FROM person_possible_match m
          WHERE m.force_id = p.force_id AND m.person_id = p.id AND m.other_person_id = v_person.id)
      ORDER BY p.created_at DESC LIMIT 20
      ON CONFLICT DO NOTHING;
  END IF;
  IF v_new ?| ARRAY['offenceCode', 'offenceDate', 'drugCode'] THEN
    INSERT INTO referral_detail (force_id, pathway_id, offence_code, offence_date, drug_code)
      VALUES (v_taken.force_id, v_taken.pathway_id, v_new->>'offenceCode', v_new->>'offenceDate', v_new->>'drugCode')
      ON CONFLICT (force_id, pathway_id) DO UPDATE SET
        offence_code = coalesce(excluded.offence_code, referral_detail.offence_code),
        offence_date = coalesce(excluded.offence_date, referral_detail.offence_date),
        drug_code = coalesce(excluded.drug_code, referral_detail.drug_code);
  END IF;
  RETURN NULL;
END
$$;
