-- One human being may have several rows in `person`, and a pathway may be opened under the wrong one. A person decides
-- both: rows are joined and parted again, each keeping what it says, and a pathway goes over to another person.

-- CreateTable
CREATE TABLE "person_merge" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "other_person_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "confirmed" TEXT[] NOT NULL,
    "merged_at" TIMESTAMPTZ(3) NOT NULL,
    "merged_by" TEXT NOT NULL,
    "merged_by_role" TEXT NOT NULL,
    "merged_by_organisation" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "split_at" TIMESTAMPTZ(3),
    "split_reason" TEXT,
    "split_by" TEXT,
    "split_by_role" TEXT,
    "split_by_organisation" TEXT,
    "split_request_id" TEXT,

    CONSTRAINT "person_merge_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "person_merge_two_check" CHECK ("person_id" <> "other_person_id"),
    CONSTRAINT "person_merge_split_check" CHECK (num_nulls("split_at", "split_reason", "split_by", "split_by_role",
      "split_by_organisation", "split_request_id") IN (0, 6))
);

-- CreateIndex
CREATE UNIQUE INDEX "person_merge_force_id_request_id_key" ON "person_merge"("force_id", "request_id");

-- CreateIndex
CREATE UNIQUE INDEX "person_merge_force_id_split_request_id_key" ON "person_merge"("force_id", "split_request_id");

-- CreateIndex
CREATE INDEX "person_merge_force_id_person_id_idx" ON "person_merge"("force_id", "person_id");

-- CreateIndex
CREATE INDEX "person_merge_force_id_other_person_id_idx" ON "person_merge"("force_id", "other_person_id");

-- AddForeignKey
ALTER TABLE "person_merge" ADD CONSTRAINT "person_merge_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_merge" ADD CONSTRAINT "person_merge_force_id_other_person_id_fkey" FOREIGN KEY ("force_id", "other_person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Of a merge only its undoing may be added, once.
CREATE TRIGGER person_merge_stays
  BEFORE DELETE OR UPDATE OF force_id, id, person_id, other_person_id, reason, confirmed, merged_at, merged_by,
    merged_by_role, merged_by_organisation, request_id ON person_merge
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER person_merge_split_stays BEFORE UPDATE ON person_merge
  FOR EACH ROW WHEN (OLD.split_at IS NOT NULL) EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER person_merge_table_stays BEFORE TRUNCATE ON person_merge
  FOR EACH STATEMENT EXECUTE FUNCTION llwybr_forbid_change();

-- Who is the same human being -----------------------------------------------------------------------------------------

-- Every row of this human being, this one among them: those that merges in force join, however many lie between.
CREATE FUNCTION llwybr_cluster(p_force text, p_person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
ROWS 1 AS $$
  WITH RECURSIVE cluster(id) AS (
    SELECT p_person
    UNION
    SELECT CASE m.person_id WHEN c.id THEN m.other_person_id ELSE m.person_id END
      FROM cluster c
      JOIN person_merge m ON m.force_id = p_force AND m.split_at IS NULL AND c.id IN (m.person_id, m.other_person_id)
  ) SELECT id FROM cluster
$$;

-- The one row by which a human being of several rows is counted; people of one row are not in it.
CREATE FUNCTION llwybr_counted_as(p_force text) RETURNS TABLE (person_id uuid, counted_as uuid)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT joined.id, (SELECT c FROM llwybr_cluster(p_force, joined.id) c ORDER BY c LIMIT 1)
    FROM (SELECT m.person_id AS id FROM person_merge m WHERE m.force_id = p_force AND m.split_at IS NULL
          UNION SELECT m.other_person_id FROM person_merge m WHERE m.force_id = p_force AND m.split_at IS NULL) joined
$$;

-- The safety facts that bind whatever is done about this person: told of any of their rows. A contact that is shared
-- between pathways is carried as they are, and binds nothing.
CREATE FUNCTION llwybr_binding_facts(p_force text, p_person uuid) RETURNS SETOF person_fact LANGUAGE sql STABLE
PARALLEL SAFE AS $$
  SELECT f.* FROM person_fact f
    WHERE f.force_id = p_force AND f.kind <> 'contact' AND f.person_id IN (SELECT llwybr_cluster(p_force, p_person))
$$;

-- All that is known of this human being is carried again to their pathways; who knows it already answers so. A fact
-- recorded at this moment is not missed: whoever records one holds every row of the human being (recordFact in
-- store/person-facts.ts), and so waits for a pathway that is just coming to one of them, or is waited for.
-- The facts are held one after the other, so that two who ask this at once, each from another row of the human being, wait
-- for each other in one order. Who holds persons as well takes them before.
CREATE FUNCTION llwybr_carry_again(p_force text, p_person uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_rows constant uuid[] := ARRAY(SELECT llwybr_cluster(p_force, p_person));
BEGIN
  PERFORM FROM person_fact WHERE force_id = p_force AND person_id = ANY (v_rows) ORDER BY id FOR NO KEY UPDATE;
  UPDATE person_fact SET carried_at = NULL, carry_wanted = carry_wanted + 1
    WHERE force_id = p_force AND kind <> 'task-withdrawn' AND person_id = ANY (v_rows);
END
$$;

CREATE OR REPLACE FUNCTION llwybr_tell_who_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM person WHERE force_id = NEW.force_id AND id = NEW.person_id FOR NO KEY UPDATE;
  PERFORM llwybr_carry_again(NEW.force_id, NEW.person_id);
  RETURN NULL;
END
$$;

-- An intake has what is known of the row carried to the new pathway; what is known of the others is carried here.
CREATE FUNCTION llwybr_tell_who_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM person_merge m WHERE m.force_id = NEW.force_id AND m.split_at IS NULL
      AND NEW.person_id IN (m.person_id, m.other_person_id)) THEN
    PERFORM llwybr_carry_again(NEW.force_id, NEW.person_id);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER pathway_opens AFTER INSERT ON pathway
  FOR EACH ROW EXECUTE FUNCTION llwybr_tell_who_opens();

-- People who were entered for a command and not with a referral or a test: should the ledger never take the command, they
-- are cleared away (store/laid-down.ts).
CREATE TABLE "entered_person" (
    "force_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "entered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "entered_person_pkey" PRIMARY KEY ("force_id","person_id")
);

-- CreateIndex
CREATE INDEX "entered_person_entered_at_idx" ON "entered_person"("entered_at");

-- Another person ------------------------------------------------------------------------------------------------------

CREATE INDEX "event_reassigned_from_idx" ON "event"("force_id", ("data"->>'from')) WHERE "type" = 'person-reassigned';

-- The pathway is the other person's from the statement that records it: texts, tasks and counts read the row. What is
-- known of them is carried to it.
CREATE FUNCTION llwybr_reassign() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_to constant uuid := (NEW.data->>'to')::uuid;
BEGIN
  PERFORM FROM person WHERE force_id = NEW.force_id AND id = v_to FOR NO KEY UPDATE;
  UPDATE pathway SET person_id = v_to WHERE force_id = NEW.force_id AND id = NEW.pathway_id;
  PERFORM llwybr_carry_again(NEW.force_id, v_to);
  RETURN NULL;
END
$$;

CREATE TRIGGER event_reassigns AFTER INSERT ON event
  FOR EACH ROW WHEN (NEW.type = 'person-reassigned') EXECUTE FUNCTION llwybr_reassign();

-- At which event the pathway last became another person's. What was told there before was told of somebody else, so that
-- facts are carried to it anew, under other commands (factCommandId in workflows/domain/common/command.ts).
CREATE FUNCTION llwybr_reassigned_at(p_force text, p_pathway uuid) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT max(seq) FROM event WHERE force_id = p_force AND pathway_id = p_pathway AND type = 'person-reassigned'
$$;

-- Whose pathway it was and is, each with the events of their time: those after `after_seq` and before `until_seq`.
CREATE VIEW pathway_of_person AS
  SELECT p.force_id, p.id AS pathway_id, p.person_id,
      coalesce((SELECT max(r.seq) FROM event r
        WHERE r.force_id = p.force_id AND r.pathway_id = p.id AND r.type = 'person-reassigned'), 0) AS after_seq,
      2147483647 AS until_seq
    FROM pathway p
  UNION ALL
  SELECT e.force_id, e.pathway_id, (e.data->>'from')::uuid,
      coalesce((SELECT max(r.seq) FROM event r
        WHERE r.force_id = e.force_id AND r.pathway_id = e.pathway_id AND r.type = 'person-reassigned' AND r.seq < e.seq), 0),
      e.seq
    FROM event e WHERE e.type = 'person-reassigned';

-- One contact effort --------------------------------------------------------------------------------------------------

-- A contact with a person who has several open referrals at one provider counts in each of them: it is carried to the
-- others as facts are. `pathway_id` and `seq` are of the event that tells of it.
ALTER TABLE "person_fact" ADD COLUMN "pathway_id" UUID, ADD COLUMN "seq" INTEGER;
ALTER TABLE person_fact DROP CONSTRAINT person_fact_kind_check;
ALTER TABLE person_fact ADD CONSTRAINT person_fact_kind_check CHECK (kind IN (
  'death', 'death-corrected', 'stop-texts', 'texts-allowed', 'task-withdrawn', 'custody', 'release', 'consent-given',
  'consent-withdrawn', 'contact-preferences', 'safety-flag', 'safety-flag-lifted', 'contact'));
ALTER TABLE person_fact ADD CONSTRAINT person_fact_contact_check
  CHECK (num_nonnulls(pathway_id, seq) = CASE WHEN kind = 'contact' THEN 2 ELSE 0 END);
ALTER TABLE "person_fact" ADD CONSTRAINT "person_fact_event_fkey" FOREIGN KEY ("force_id", "pathway_id", "seq") REFERENCES "event"("force_id", "pathway_id", "seq") ON DELETE NO ACTION ON UPDATE NO ACTION;

CREATE OR REPLACE TRIGGER person_fact_stays
  BEFORE DELETE OR UPDATE OF force_id, id, person_id, kind, task_id, reason, data, occurred_at, recorded_at, request_id,
    actor_id, actor_role, organisation_id, pathway_id, seq ON person_fact
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();

-- The other open referrals of a human being with the provider that has this one of theirs.
CREATE FUNCTION llwybr_sharing_contact(p_force text, p_pathway uuid, p_person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
PARALLEL SAFE AS $$
  SELECT other.id
    FROM pathway p
    JOIN pathway other ON other.force_id = p.force_id AND other.kind = p.kind AND other.provider_id = p.provider_id
      AND other.id <> p.id AND other.closed_at IS NULL
      AND other.person_id IN (SELECT llwybr_cluster(p.force_id, p_person))
    WHERE p.force_id = p_force AND p.id = p_pathway AND p.kind = 'diversion'
$$;

-- The build before this one shares no contact and cannot carry one, so what it writes while it still runs is left out. It
-- writes no time for undoing; nor does this one after a closure, where the row says which build wrote it last.
CREATE FUNCTION llwybr_share_contact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_person constant uuid := coalesce((NEW.data->>'from')::uuid,
    (SELECT person_id FROM pathway WHERE force_id = NEW.force_id AND id = NEW.pathway_id));
BEGIN
  INSERT INTO person_fact (force_id, id, person_id, kind, occurred_at, recorded_at, request_id, actor_id, actor_role,
      organisation_id, pathway_id, seq)
    SELECT NEW.force_id, gen_random_uuid(), v_person, 'contact', NEW.occurred_at, NEW.recorded_at,
      'contact:' || NEW.pathway_id || ':' || NEW.seq, NEW.actor_id, NEW.actor_role, NEW.organisation_id,
      NEW.pathway_id, NEW.seq
    WHERE EXISTS (SELECT FROM llwybr_sharing_contact(NEW.force_id, NEW.pathway_id, v_person))
      AND (NEW.type <> 'contact-attempted' OR NEW.data ? 'undoableUntil' OR EXISTS (SELECT FROM pathway p
        WHERE p.force_id = NEW.force_id AND p.id = NEW.pathway_id AND p.closed_at IS NOT NULL AND p.summary ? 'workerId'));
  RETURN NULL;
END
$$;

-- What the system sent by itself is no effort of anybody, and a wrong number is known of the person at once. A referral
-- that becomes another person's has told the others of contacts with somebody else.
CREATE TRIGGER event_shares_contact AFTER INSERT ON event
  FOR EACH ROW WHEN (NEW.type IN ('contact-attempt-undone', 'person-reassigned') OR NEW.type = 'contact-attempted'
    AND NEW.data->>'by' = 'person' AND NEW.data->>'result' <> 'wrong-number')
  EXECUTE FUNCTION llwybr_share_contact();

-- Requests ------------------------------------------------------------------------------------------------------------

-- As before, with merges and splits.
CREATE OR REPLACE FUNCTION llwybr_is_recorded(p_force text, p_route text, p_command uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
      SELECT FROM event e
      WHERE e.force_id = p_force AND e.command_id = p_command::text
        AND e.pathway_id = (regexp_match(p_route,
          '^POST /api/v1/pathways/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/commands/'))[1]::uuid)
    OR EXISTS (SELECT FROM pathway p WHERE p.force_id = p_force AND p.opening_command_id = p_command::text)
    OR EXISTS (SELECT FROM drug_test t WHERE t.force_id = p_force AND t.command_id = p_command::text)
    OR EXISTS (SELECT FROM person_fact f WHERE f.force_id = p_force AND f.request_id = p_command::text)
    OR EXISTS (SELECT FROM person_merge m WHERE m.force_id = p_force AND m.request_id = p_command::text)
    OR EXISTS (SELECT FROM person_merge m WHERE m.force_id = p_force AND m.split_request_id = p_command::text)
$$;
