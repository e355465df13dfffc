-- Links to the page of one person, each in one text. The token stands in that text and nowhere here: a link is found by a
-- keyed hash of it.

-- CreateTable
CREATE TABLE "person_link" (
    "force_id" TEXT NOT NULL,
    -- Of the message that it is sent in.
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "pathway_id" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    -- Years of birth that were none of theirs, since the last right one.
    "wrong_answers" INTEGER NOT NULL DEFAULT 0,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_link_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "person_link_life_check" CHECK ("expires_at" > "made_at"),
    CONSTRAINT "person_link_wrong_answers_check" CHECK ("wrong_answers" >= 0)
);

-- CreateIndex
CREATE UNIQUE INDEX "person_link_token_hash_key" ON "person_link"("token_hash");

-- CreateIndex
CREATE INDEX "person_link_force_id_person_id_idx" ON "person_link"("force_id", "person_id");

-- AddForeignKey
ALTER TABLE "person_link" ADD CONSTRAINT "person_link_force_id_id_fkey" FOREIGN KEY ("force_id", "id") REFERENCES "message"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_link" ADD CONSTRAINT "person_link_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "person_link" ADD CONSTRAINT "person_link_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
