-- An import that takes long shows how far it is, is held by one request at a time, and is taken up again where it
-- stopped. What is null was written by a build that knows none of this.
ALTER TABLE "import_record"
  ADD COLUMN "provider_id" TEXT,
  ADD COLUMN "rows_read" INTEGER,
  ADD COLUMN "rows_done" INTEGER,
  ADD COLUMN "pass_id" UUID,
  ADD COLUMN "holder_id" UUID,
  ADD COLUMN "lease_until" TIMESTAMPTZ(3);

ALTER TABLE import_record ADD CONSTRAINT import_record_rows_check CHECK (rows_done BETWEEN 0 AND rows_read);

-- The answers for the rows that are done, until the whole answer is given: where the lines stand and what became of
-- them, nothing of what stands in them.
-- CreateTable
CREATE TABLE "import_part" (
    "force_id" TEXT NOT NULL,
    "import_id" UUID NOT NULL,
    "first_row" INTEGER NOT NULL,
    "answers" JSONB NOT NULL,

    CONSTRAINT "import_part_pkey" PRIMARY KEY ("force_id","import_id","first_row")
);

-- Cases that were open at a provider: the keyed hash of its own reference, which is the identity of the case there. One
-- that was only counted has no pathway, and nothing of the person.
-- CreateTable
CREATE TABLE "provider_case" (
    "force_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "ref_hash" TEXT NOT NULL,
    "name_hash" TEXT,
    "birth_date_hash" TEXT,
    "pathway_id" UUID,

    CONSTRAINT "provider_case_pkey" PRIMARY KEY ("force_id","provider_id","ref_hash"),
    CONSTRAINT "provider_case_counted_check" CHECK (num_nulls("name_hash", "birth_date_hash", "pathway_id") IN (0, 3))
);

-- CreateIndex
CREATE INDEX "provider_case_force_id_pathway_id_idx" ON "provider_case"("force_id", "pathway_id");

-- Caseworkers of whom only the name is known, as their provider writes it; encrypted. The id stands where else an account's
-- would.
-- CreateTable
CREATE TABLE "named_worker" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "provider_id" TEXT NOT NULL,
    "name_index" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "named_worker_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "named_worker_force_id_provider_id_name_index_key" ON "named_worker"("force_id", "provider_id", "name_index");

-- The force's own list of Adult Community Resolutions, loaded apart: keyed hashes of the identity and of the person's
-- number, the date, and in which line of which file it came. It starts nothing.
-- CreateTable
CREATE TABLE "listed_acr" (
    "force_id" TEXT NOT NULL,
    "identity_hash" TEXT NOT NULL,
    "nominal_hash" TEXT NOT NULL,
    "outcome_date" TEXT NOT NULL,
    "import_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,

    CONSTRAINT "listed_acr_pkey" PRIMARY KEY ("force_id","identity_hash"),
    CONSTRAINT "listed_acr_outcome_date_check" CHECK ("outcome_date" ~ '^\d{4}-\d{2}-\d{2}$')
);

-- CreateIndex
CREATE INDEX "listed_acr_force_id_outcome_date_idx" ON "listed_acr"("force_id", "outcome_date");

-- CreateIndex
CREATE INDEX "listed_acr_force_id_nominal_hash_idx" ON "listed_acr"("force_id", "nominal_hash");

-- AddForeignKey
ALTER TABLE "import_part" ADD CONSTRAINT "import_part_force_id_import_id_fkey" FOREIGN KEY ("force_id", "import_id") REFERENCES "import_record"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "provider_case" ADD CONSTRAINT "provider_case_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "listed_acr" ADD CONSTRAINT "listed_acr_force_id_import_id_fkey" FOREIGN KEY ("force_id", "import_id") REFERENCES "import_record"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- A case that was open elsewhere: as llwybr_open_pathway, unless the provider's reference is known. Its lock is taken before
-- all others.
CREATE FUNCTION llwybr_open_case(p_intake jsonb, p_build text, p_case jsonb) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_force constant text := p_intake->>'forceId';
  v_provider constant text := p_case->>'providerId';
  v_ref constant text := p_case->>'refHash';
  v_mobile_index constant text := p_intake#>>'{person,mobileIndex}';
  v_opened jsonb;
  v_there record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('case:' || v_force || ':' || v_provider || ':' || v_ref, 0));
  SELECT p.id, p.person_id, p.reference, p.head_seq, q.mobile_index,
      p.opening_command_id = p_intake#>>'{entry,commandId}' AS same_command,
      c.name_hash = p_case->>'nameHash' AS same_name, c.birth_date_hash = p_case->>'birthDateHash' AS same_birth
    INTO v_there
    FROM provider_case c
    JOIN pathway p ON p.force_id = c.force_id AND p.id = c.pathway_id
    JOIN person q ON q.force_id = p.force_id AND q.id = p.person_id
    WHERE c.force_id = v_force AND c.provider_id = v_provider AND c.ref_hash = v_ref;
  IF FOUND THEN
    -- Under another name and another birth date it is somebody else.
    IF v_there.same_name OR v_there.same_birth THEN
      PERFORM llwybr_keep_from_texts(v_force, v_there.person_id, p_intake#>>'{person,safeToText}');
    END IF;
    RETURN jsonb_build_object('created', false, 'because', CASE WHEN v_there.same_command THEN 'command' ELSE 'case' END,
      'pathwayId', v_there.id, 'personId', v_there.person_id, 'reference', v_there.reference, 'head', v_there.head_seq,
      'sameName', v_there.same_name, 'sameBirthDate', v_there.same_birth,
      'sameMobile', coalesce(v_there.mobile_index = v_mobile_index, v_mobile_index IS NULL));
  END IF;

  v_opened := llwybr_open_pathway(p_intake, p_build);
  IF (v_opened->>'created')::boolean THEN
    INSERT INTO provider_case (force_id, provider_id, ref_hash, name_hash, birth_date_hash, pathway_id)
      VALUES (v_force, v_provider, v_ref, p_case->>'nameHash', p_case->>'birthDateHash', (v_opened->>'pathwayId')::uuid)
      -- It was only counted before; the sender has put the birth date right.
      ON CONFLICT (force_id, provider_id, ref_hash) DO UPDATE SET
        name_hash = excluded.name_hash, birth_date_hash = excluded.birth_date_hash, pathway_id = excluded.pathway_id;
  END IF;
  RETURN v_opened;
END
$$;
