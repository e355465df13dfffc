-- Reference data that a force governs: programmes and areas beside policies and routes, and who changed what, why.

-- One version of a programme. A version is never changed; the later one tells of the earlier what it became.
CREATE TABLE "programme" (
    "force_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "duty" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_cy" TEXT NOT NULL,
    "provider_id" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "programme_pkey" PRIMARY KEY ("force_id","code","version")
);

CREATE TABLE "area" (
    "force_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_cy" TEXT NOT NULL,
    "intensity" TEXT,
    "districts" TEXT[],

    CONSTRAINT "area_pkey" PRIMARY KEY ("force_id","code")
);

-- Every change that a person made to reference data. What a preset brought has none.
CREATE TABLE "reference_change" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_role" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reference_change_pkey" PRIMARY KEY ("force_id","id")
);

CREATE UNIQUE INDEX "reference_change_force_id_subject_subject_id_version_key"
  ON "reference_change"("force_id", "subject", "subject_id", "version");

ALTER TABLE "programme" ADD CONSTRAINT "programme_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "programme" ADD CONSTRAINT "programme_force_id_provider_id_fkey" FOREIGN KEY ("force_id", "provider_id") REFERENCES "organisation"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "area" ADD CONSTRAINT "area_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "reference_change" ADD CONSTRAINT "reference_change_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE programme ADD CONSTRAINT programme_duty_check CHECK (duty IN ('diversion', 'compulsory'));
ALTER TABLE programme ADD CONSTRAINT programme_version_check CHECK (version >= 1);
ALTER TABLE programme ADD CONSTRAINT programme_dates_check CHECK (valid_until IS NULL OR valid_until > valid_from);
ALTER TABLE area ADD CONSTRAINT area_intensity_check CHECK (intensity IN ('intensive', 'non-intensive'));
ALTER TABLE reference_change ADD CONSTRAINT reference_change_subject_check CHECK (subject IN ('policy', 'programme', 'route'));
ALTER TABLE reference_change ADD CONSTRAINT reference_change_version_check CHECK (version >= 1);

CREATE TRIGGER programme_stays BEFORE UPDATE OR DELETE ON programme
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER programme_table_stays BEFORE TRUNCATE ON programme
  FOR EACH STATEMENT EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER reference_change_stays BEFORE UPDATE OR DELETE ON reference_change
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
CREATE TRIGGER reference_change_table_stays BEFORE TRUNCATE ON reference_change
  FOR EACH STATEMENT EXECUTE FUNCTION llwybr_forbid_change();

-- A district where an area is split, and the programme that takes whom the row routes (null: the one it routes for).
ALTER TABLE "route" ADD COLUMN "into_programme" TEXT;
ALTER TABLE route DROP CONSTRAINT route_postcode_area_check;
ALTER TABLE route ADD CONSTRAINT route_postcode_area_check
  CHECK (postcode_area = '*' OR postcode_area ~ '^[A-Z]{1,2}([0-9][0-9A-Z]?)?$');

-- The pathway row says which version of its policy it is under: that of its opening until it was re-based.
CREATE FUNCTION llwybr_note_rebase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE pathway SET policy_id = NEW.data#>>'{policy,policyId}', policy_version = (NEW.data#>>'{policy,version}')::integer
    WHERE force_id = NEW.force_id AND id = NEW.pathway_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER event_notes_rebase AFTER INSERT ON event
  FOR EACH ROW WHEN (NEW.type = 'policy-rebased') EXECUTE FUNCTION llwybr_note_rebase();

-- Whom a re-base still has to reach.
CREATE INDEX "pathway_force_id_policy_id_received_at_id_idx" ON "pathway"("force_id", "policy_id", "received_at", "id");
