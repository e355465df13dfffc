-- Safety facts whole: every kind, with what it says; and carried again to a pathway whose run is there again.

-- Coded values only, in the shape in which they are carried (CarryFactData in workflows/domain/common/command.ts).
ALTER TABLE "person_fact" ADD COLUMN "data" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE person_fact DROP CONSTRAINT person_fact_kind_check;
ALTER TABLE person_fact ADD CONSTRAINT person_fact_kind_check CHECK (kind IN (
  'death', 'death-corrected', 'stop-texts', 'texts-allowed', 'task-withdrawn', 'custody', 'release', 'consent-given',
  'consent-withdrawn', 'contact-preferences', 'safety-flag', 'safety-flag-lifted'));
ALTER TABLE person_fact ADD CONSTRAINT person_fact_data_check CHECK (CASE
  WHEN kind IN ('consent-given', 'consent-withdrawn') THEN
    data - 'purpose' = '{}'
    AND coalesce(data->>'purpose', '') IN ('sharing', 'treatment', 'texts', 'national-data', 'care-record')
  WHEN kind = 'contact-preferences' THEN
    data - 'preferences' = '{}'
    AND coalesce(jsonb_typeof(data->'preferences'), '') = 'object' AND data->'preferences' <> '{}'
    AND (data->'preferences') - '{text,email,post,voicemail}'::text[] = '{}'
    AND coalesce(data#>>'{preferences,text}', 'no') IN ('yes', 'no', 'unknown')
    AND coalesce(data#>>'{preferences,email}', 'no') IN ('yes', 'no', 'unknown')
    AND coalesce(data#>>'{preferences,post}', 'no') IN ('yes', 'no', 'unknown')
    AND coalesce(data#>>'{preferences,voicemail}', 'no') IN ('yes', 'no', 'unknown')
  WHEN kind = 'death-corrected' THEN
    data - 'correctsFactId' = '{}' AND coalesce(data->>'correctsFactId', '') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  ELSE data = '{}' END);

-- A death is corrected once.
CREATE UNIQUE INDEX "person_fact_correction_key" ON "person_fact"("force_id", ("data"->>'correctsFactId'))
  WHERE "kind" = 'death-corrected';

-- Of a safety fact only what tells whether it was carried may move.
CREATE OR REPLACE TRIGGER person_fact_stays
  BEFORE DELETE OR UPDATE OF force_id, id, person_id, kind, task_id, reason, data, occurred_at, recorded_at, request_id,
    actor_id, actor_role, organisation_id ON person_fact
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();

-- A pathway that was finished and goes on (a death that was none, a manager who opens it again) has not heard of what was
-- told of the person meanwhile: all of it is carried again, which who knows it already answers with "known". The person is
-- held, so that a fact recorded at this moment waits and then finds the pathway going on (recordFact in
-- store/person-facts.ts holds them too).
CREATE FUNCTION llwybr_tell_who_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM person WHERE force_id = NEW.force_id AND id = NEW.person_id FOR NO KEY UPDATE;
  UPDATE person_fact SET carried_at = NULL, carry_wanted = carry_wanted + 1
    WHERE force_id = NEW.force_id AND person_id = NEW.person_id AND kind <> 'task-withdrawn';
  RETURN NULL;
END
$$;

CREATE TRIGGER pathway_goes_on AFTER UPDATE OF needs_run ON pathway
  FOR EACH ROW WHEN (NEW.needs_run AND NOT OLD.needs_run) EXECUTE FUNCTION llwybr_tell_who_goes_on();
