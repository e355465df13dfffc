-- The tables of prisma/schema.prisma. Beyond what that file can say: partial indexes, NULLS NOT DISTINCT on
-- message_once_key (two messages about no appointment are the same message), and a deferred key from outcome to
-- pathway: an intake claims the outcome first, so that of two at once one waits before it makes anything.

-- CreateTable
CREATE TABLE "force" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_cy" TEXT NOT NULL,

    CONSTRAINT "force_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organisation" (
    "force_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_cy" TEXT NOT NULL,
    "parent_id" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3),

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "place" (
    "force_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_cy" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "postcode" TEXT NOT NULL,

    CONSTRAINT "place_pkey" PRIMARY KEY ("force_id","code")
);

-- CreateTable
CREATE TABLE "route" (
    "force_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "postcode_area" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3),

    CONSTRAINT "route_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "policy" (
    "force_id" TEXT NOT NULL,
    "policy_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "duty" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "demo" BOOLEAN NOT NULL,
    "body" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("force_id","policy_id","version")
);

-- CreateTable
CREATE TABLE "person" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "nominal" TEXT,
    "nominal_index" TEXT,
    "name_dob_index" TEXT NOT NULL,
    "mobile_index" TEXT,
    "surname" TEXT NOT NULL,
    "forenames" TEXT,
    "birth_date" TEXT NOT NULL,
    "address" TEXT,
    "postcode" TEXT,
    "mobile" TEXT,
    "email" TEXT,
    "sex" TEXT,
    "ethnicity" TEXT,
    "language" TEXT,
    "safe_to_text" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "person_possible_match" (
    "force_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "other_person_id" UUID NOT NULL,
    "basis" TEXT NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_possible_match_pkey" PRIMARY KEY ("force_id","person_id","other_person_id")
);

-- CreateTable
CREATE TABLE "person_fact" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "task_id" TEXT,
    "reason" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "request_id" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "carry_wanted" INTEGER NOT NULL DEFAULT 1,
    "carry_listed" INTEGER NOT NULL DEFAULT 0,
    "carried_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_fact_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "pathway" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "policy_id" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "opening_command_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "head_seq" INTEGER NOT NULL,
    "head_hash" BYTEA NOT NULL,
    "stage" TEXT NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closure_reason" TEXT,
    "next_due_at" TIMESTAMPTZ(3),
    "next_due_rule" TEXT,
    "needs_run" BOOLEAN NOT NULL,
    "run_confirmed_at" TIMESTAMPTZ(3),
    "provider_id" TEXT,
    "attention" JSONB NOT NULL DEFAULT '[]',
    "summary" JSONB NOT NULL,

    CONSTRAINT "pathway_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "event" (
    "force_id" TEXT NOT NULL,
    "pathway_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "effects" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "command_id" TEXT NOT NULL,
    "command_index" INTEGER NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "build" TEXT NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "transaction_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "event_pkey" PRIMARY KEY ("force_id","pathway_id","seq")
);

-- CreateTable
CREATE TABLE "pathway_turn" (
    "force_id" TEXT NOT NULL,
    "pathway_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "closed" BOOLEAN NOT NULL,

    CONSTRAINT "pathway_turn_pkey" PRIMARY KEY ("force_id","pathway_id","seq","at")
);

-- CreateTable
CREATE TABLE "outcome" (
    "force_id" TEXT NOT NULL,
    "identity_hash" TEXT NOT NULL,
    "name_hash" TEXT NOT NULL,
    "birth_date_hash" TEXT NOT NULL,
    "pathway_id" UUID NOT NULL,

    CONSTRAINT "outcome_pkey" PRIMARY KEY ("force_id","identity_hash")
);

-- CreateTable
CREATE TABLE "arrest_task" (
    "force_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "pathway_id" UUID NOT NULL,
    "breach_id" TEXT NOT NULL,
    "unit_code" TEXT NOT NULL,
    "marker" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "arrest_task_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "message" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "pathway_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "command_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "appointment_id" TEXT,
    "urgency" INTEGER NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "claim_id" TEXT,
    "claimed_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "language" TEXT,
    "body" TEXT,
    "gateway_id" TEXT,
    "gateway_status" TEXT,
    "planned_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "request" (
    "force_id" TEXT NOT NULL,
    "caller" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "command_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "status" INTEGER,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "request_pkey" PRIMARY KEY ("force_id","caller","key")
);

-- CreateTable
CREATE TABLE "outcome_count" (
    "force_id" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "outcome_code" TEXT NOT NULL,
    "offence_code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "outcome_count_pkey" PRIMARY KEY ("force_id","month","outcome_code","offence_code","reason")
);

-- CreateTable
CREATE TABLE "counted_outcome" (
    "force_id" TEXT NOT NULL,
    "identity_hash" TEXT NOT NULL,

    CONSTRAINT "counted_outcome_pkey" PRIMARY KEY ("force_id","identity_hash")
);

-- CreateTable
CREATE TABLE "import_record" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "file_hash" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "totals" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_record_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "drug_test" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "command_id" TEXT NOT NULL,
    "suite_code" TEXT NOT NULL,
    "tested_at" TIMESTAMPTZ(3) NOT NULL,
    "result" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "pathway_id" UUID,

    CONSTRAINT "drug_test_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateTable
CREATE TABLE "sweep" (
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sweep_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "route_force_id_programme_valid_from_idx" ON "route"("force_id", "programme", "valid_from");

-- CreateIndex
CREATE INDEX "policy_force_id_duty_programme_valid_from_idx" ON "policy"("force_id", "duty", "programme", "valid_from");

-- CreateIndex
CREATE INDEX "person_force_id_name_dob_index_idx" ON "person"("force_id", "name_dob_index");

-- CreateIndex
CREATE INDEX "person_force_id_mobile_index_idx" ON "person"("force_id", "mobile_index");

-- CreateIndex
CREATE UNIQUE INDEX "person_force_id_nominal_index_key" ON "person"("force_id", "nominal_index");

-- CreateIndex
CREATE INDEX "person_fact_force_id_person_id_idx" ON "person_fact"("force_id", "person_id");

-- CreateIndex
CREATE INDEX "person_fact_force_id_task_id_idx" ON "person_fact"("force_id", "task_id");

-- CreateIndex
CREATE INDEX "person_fact_uncarried_idx" ON "person_fact"("recorded_at") WHERE "carried_at" IS NULL;

-- CreateIndex
CREATE UNIQUE INDEX "person_fact_force_id_request_id_key" ON "person_fact"("force_id", "request_id");

-- CreateIndex
CREATE INDEX "pathway_force_id_received_at_id_idx" ON "pathway"("force_id", "received_at", "id");

-- CreateIndex
CREATE INDEX "pathway_force_id_provider_id_received_at_id_idx" ON "pathway"("force_id", "provider_id", "received_at", "id");

-- CreateIndex
CREATE INDEX "pathway_force_id_next_due_at_id_idx" ON "pathway"("force_id", "next_due_at", "id");

-- CreateIndex
CREATE INDEX "pathway_force_id_person_id_idx" ON "pathway"("force_id", "person_id");

-- CreateIndex
CREATE INDEX "pathway_run_due_idx" ON "pathway"("next_due_at") WHERE "needs_run";

-- CreateIndex
CREATE INDEX "pathway_awaiting_run_idx" ON "pathway"("created_at") WHERE "needs_run" AND "run_confirmed_at" IS NULL;

-- CreateIndex
CREATE INDEX "pathway_attention_idx" ON "pathway"("force_id", "id") WHERE "attention" <> '[]';

-- CreateIndex
CREATE UNIQUE INDEX "pathway_force_id_reference_key" ON "pathway"("force_id", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "pathway_force_id_opening_command_id_key" ON "pathway"("force_id", "opening_command_id");

-- CreateIndex
CREATE INDEX "event_force_id_transaction_id_idx" ON "event"("force_id", "transaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "event_force_id_pathway_id_command_id_command_index_key" ON "event"("force_id", "pathway_id", "command_id", "command_index");

-- CreateIndex
CREATE INDEX "outcome_force_id_pathway_id_idx" ON "outcome"("force_id", "pathway_id");

-- CreateIndex
CREATE INDEX "arrest_task_force_id_pathway_id_idx" ON "arrest_task"("force_id", "pathway_id");

-- CreateIndex
CREATE INDEX "arrest_task_force_id_unit_code_status_idx" ON "arrest_task"("force_id", "unit_code", "status");

-- CreateIndex
CREATE INDEX "message_force_id_gateway_id_idx" ON "message"("force_id", "gateway_id");

-- CreateIndex
CREATE UNIQUE INDEX "message_once_key" ON "message"("force_id", "pathway_id", "command_id", "purpose", "channel", "appointment_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "request_expires_at_idx" ON "request"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "import_record_force_id_format_file_hash_key" ON "import_record"("force_id", "format", "file_hash");

-- CreateIndex
CREATE INDEX "drug_test_force_id_tested_at_idx" ON "drug_test"("force_id", "tested_at");

-- CreateIndex
CREATE INDEX "drug_test_force_id_pathway_id_idx" ON "drug_test"("force_id", "pathway_id");

-- CreateIndex
CREATE UNIQUE INDEX "drug_test_force_id_command_id_key" ON "drug_test"("force_id", "command_id");

-- AddForeignKey
ALTER TABLE "organisation" ADD CONSTRAINT "organisation_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "place" ADD CONSTRAINT "place_force_id_organisation_id_fkey" FOREIGN KEY ("force_id", "organisation_id") REFERENCES "organisation"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "route" ADD CONSTRAINT "route_force_id_provider_id_fkey" FOREIGN KEY ("force_id", "provider_id") REFERENCES "organisation"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_possible_match" ADD CONSTRAINT "person_possible_match_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_possible_match" ADD CONSTRAINT "person_possible_match_force_id_other_person_id_fkey" FOREIGN KEY ("force_id", "other_person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_fact" ADD CONSTRAINT "person_fact_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_fact" ADD CONSTRAINT "person_fact_force_id_task_id_fkey" FOREIGN KEY ("force_id", "task_id") REFERENCES "arrest_task"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pathway" ADD CONSTRAINT "pathway_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pathway" ADD CONSTRAINT "pathway_force_id_policy_id_policy_version_fkey" FOREIGN KEY ("force_id", "policy_id", "policy_version") REFERENCES "policy"("force_id", "policy_id", "version") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pathway_turn" ADD CONSTRAINT "pathway_turn_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "outcome" ADD CONSTRAINT "outcome_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
ALTER TABLE "arrest_task" ADD CONSTRAINT "arrest_task_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "drug_test" ADD CONSTRAINT "drug_test_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
