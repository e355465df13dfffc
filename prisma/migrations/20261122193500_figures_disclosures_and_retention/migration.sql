-- What a force publishes and discloses, how many people a provider can take, and that a person's details were erased when
-- their time was over. Rows of the first three are never changed: what is said later is another row.

-- Numbers as they were given out: what is corrected since makes another version, and never changes this one.
-- CreateTable
CREATE TABLE "published_figures" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "as_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "figures" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,

    CONSTRAINT "published_figures_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "published_figures_force_id_as_at_version_key" ON "published_figures"("force_id", "as_at", "version");

CREATE TRIGGER published_figures_stay BEFORE UPDATE OR DELETE ON published_figures
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();

-- How many of the people who wait for its word a provider can take at present; null: it sets no limit.
-- CreateTable
CREATE TABLE "provider_capacity" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "provider_id" TEXT NOT NULL,
    "open_slots" INTEGER,
    "said_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,

    CONSTRAINT "provider_capacity_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "provider_capacity_slots_check" CHECK ("open_slots" >= 0)
);

-- CreateIndex
CREATE INDEX "provider_capacity_force_id_provider_id_said_at_idx" ON "provider_capacity"("force_id", "provider_id", "said_at");

-- AddForeignKey
ALTER TABLE "provider_capacity" ADD CONSTRAINT "provider_capacity_force_id_provider_id_fkey" FOREIGN KEY ("force_id", "provider_id") REFERENCES "organisation"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

CREATE TRIGGER provider_capacity_stays BEFORE UPDATE OR DELETE ON provider_capacity
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();

-- Who was told what about whom outside their own cases, by whom and why.
-- CreateTable
CREATE TABLE "disclosure" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "matter" TEXT NOT NULL,
    "pathway_id" UUID,
    "to_organisation_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "disclosed_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,

    CONSTRAINT "disclosure_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "disclosure_matter_check" CHECK ("matter" IN ('danger', 'referral-status'))
);

-- CreateIndex
CREATE INDEX "disclosure_force_id_person_id_disclosed_at_idx" ON "disclosure"("force_id", "person_id", "disclosed_at");

-- CreateIndex
CREATE INDEX "disclosure_force_id_to_organisation_id_disclosed_at_idx" ON "disclosure"("force_id", "to_organisation_id", "disclosed_at");

-- AddForeignKey
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

CREATE TRIGGER disclosure_stays BEFORE UPDATE OR DELETE ON disclosure
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();

-- When the details of a person were erased, by whom and why; what is counted stays.
-- AlterTable
ALTER TABLE "person" ADD COLUMN "erased_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "erasure" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "kept_until" TIMESTAMPTZ(3) NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("force_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "erasure_force_id_person_id_key" ON "erasure"("force_id", "person_id");

-- AddForeignKey
ALTER TABLE "erasure" ADD CONSTRAINT "erasure_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

CREATE TRIGGER erasure_stays BEFORE UPDATE OR DELETE ON erasure
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
