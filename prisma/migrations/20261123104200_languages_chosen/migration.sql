-- The language that a person chose on their page, with what it was before. The author is the person, by the link that they
-- came by: whoever reads why a text is in Welsh finds it here.
-- CreateTable
CREATE TABLE "language_choice" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "link_id" UUID NOT NULL,
    "before" TEXT,
    "language" TEXT NOT NULL,
    "chosen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "language_choice_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "language_choice_language_check" CHECK ("language" IN ('en', 'cy') AND "language" IS DISTINCT FROM "before")
);

-- CreateIndex
CREATE INDEX "language_choice_force_id_person_id_idx" ON "language_choice"("force_id", "person_id");

-- AddForeignKey
ALTER TABLE "language_choice" ADD CONSTRAINT "language_choice_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Erased with the person, and never changed.
CREATE TRIGGER language_choice_stays BEFORE UPDATE ON language_choice
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
